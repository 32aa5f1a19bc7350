import { expect, test } from "vitest";
import { blockerInWords, blockersIn, contactDetailsIn, withoutName } from "./public-facts";

test.each([
  ["a mail address", "Write to rosa.marin@mail.example today.", ["rosa.marin@mail.example"]],
  ["an address hidden by an invisible sign", "rosa\u200B@mail.example", ["rosa@mail.example"]],
  ["a number with its country", "Sent from +34 612 345 678 at night.", ["+34 612 345 678"]],
  ["a national number", "Called (303) 555-0142 twice.", ["(303) 555-0142"]],
  ["one without any mark", "Call 3035551234 now.", ["3035551234"]],
  ["one with a bracket alone", "Call (303)555-1234.", ["(303)555-1234"]],
  ["a Spanish one without its country", "Llame al 612 345 678.", ["612 345 678"]],
  ["large figures", "1,204,000 messages, 12 345 678 bytes, 3.141592 on average", []],
  ["days, times and figures", "Between 2026-11-18 09:00 and 2026-11-20, 1,204 messages; 41 of 1204 (3.4 %).", []],
  ["the platform's own address", "Reports go to Abuse@customerflows.example.", []],
])("%s", (_what, text, found) => {
  expect(contactDetailsIn(text, ["abuse@customerflows.example"]).map((one) => one.found)).toEqual(found);
});

test("only kinds are kept, and they can be read", () => {
  const blockers = blockersIn([
    { who: "reporter", kind: "report_id", found: "R-1" },
    { who: "holder", kind: "name", found: "Acme" },
    { who: "holder", kind: "name", found: "Acme Ltd" },
  ]);
  expect(blockers).toEqual(["holder_name", "reporter_report_id"]);
  expect(blockers.map(blockerInWords)).toEqual(["the account holder's name", "a reporter's reference or id"]);
  expect(blockerInWords("else")).toBe("personal data");
});

test.each([
  ["anywhere, in any case and spacing", "Harbor  roasters sent offers. HARBOR ROASTERS's list was bought.", "Harbor Roasters", "[account holder] sent offers. [account holder]'s list was bought."],
  ["signs and letters beyond English", "Hicks & Søn (Co.) wrote at night.", "Hicks & Søn (Co.)", "[account holder] wrote at night."],
  ["not inside another word", "Acmeville is a town.", "Acme", "Acmeville is a town."],
  ["a part of it stays for the check to find", "Harbor sent offers.", "Harbor Roasters", "Harbor sent offers."],
  ["a name of nothing but spaces", "They sent offers.", "  ", "They sent offers."],
])("the holder's name is left out: %s", (_what, facts, name, left) => {
  expect(withoutName(facts, name)).toBe(left);
});
