import { expect, test } from "vitest";
import { matchAccount, type AccountCandidate, type Accused } from "./match-account";

const account = (id: string, businessName: string, more: Partial<AccountCandidate> = {}): AccountCandidate => ({
  id,
  businessName,
  similarity: 0.5,
  externalIdMatches: false,
  phoneMatches: false,
  ...more,
});
const given = (more: Partial<Accused>): Accused => ({ name: null, externalId: null, hasPhone: false, ...more });

const peak = account("a", "Peak Roofing, LLC");
const peek = account("b", "Peek Roofing");

test.each<[string, Accused, AccountCandidate[], object]>([
  ["the platform's id decides", given({ externalId: "x", name: "Peek Roofing" }), [peek, { ...peak, externalIdMatches: true }], { certain: true, accountId: "a", by: "external_id" }],
  ["a number of one account decides", given({ hasPhone: true }), [{ ...peak, phoneMatches: true }], { certain: true, accountId: "a", by: "phone" }],
  ["a number decides over a name nobody has", given({ name: "Roof guys", hasPhone: true }), [{ ...peak, phoneMatches: true }, peek], { certain: true, accountId: "a", by: "phone" }],
  ["a name decides, however it is written", given({ name: "PEAK roofing llc" }), [peak, peek], { certain: true, accountId: "a", by: "name" }],
  ["a name alike decides nothing", given({ name: "Peak Roofing" }), [peak, peek], { certain: false }],
  ["two accounts of one name decide nothing", given({ name: "Peak Roofing LLC" }), [peak, account("c", "Peak Roofing LLC")], { certain: false }],
  ["a number of two accounts decides nothing", given({ hasPhone: true }), [{ ...peak, phoneMatches: true }, { ...peek, phoneMatches: true }], { certain: false }],
  ["name and number that disagree decide nothing", given({ name: "Peek Roofing", hasPhone: true }), [{ ...peak, phoneMatches: true }, peek], { certain: false }],
  ["nothing given", given({}), [], { certain: false, suggestions: [] }],
  ["a name of signs only", given({ name: "***" }), [account("d", "!!!")], { certain: false }],
])("%s", (_why, accused, candidates, expected) => {
  expect(matchAccount(accused, candidates)).toMatchObject(expected);
});

test("suggestions come with the likeliest first", () => {
  const match = matchAccount(given({ name: "Peak" }), [account("low", "Pea", { similarity: 0.3 }), account("high", "Peak Roofs", { similarity: 0.8 }), account("phone", "Other", { similarity: 0, phoneMatches: true }), account("phone2", "Other 2", { similarity: 0, phoneMatches: true })]);
  expect(match.certain === false && match.suggestions.map((one) => one.id)).toEqual(["phone", "phone2", "high", "low"]);
});
