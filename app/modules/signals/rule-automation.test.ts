import { expect, test } from "vitest";
import { actsByItself, barsAnswer, type Automation, type Found } from "./rule-automation";

const at = (iso: string) => Date.parse(iso);
const on: Automation = { state: "on", ruleVersion: 3, clauseCode: "CF-AUP-4.4.c", effectiveFrom: at("2026-11-20T12:00:00Z") };
const found: Found = { ruleVersion: 3, clauseCode: "CF-AUP-4.4.c", at: at("2026-11-20T12:00:00Z"), windowEnd: at("2026-11-21T07:00:00Z") };
const now = "2026-11-20T12:00:05Z";

test.each<[string, boolean, Partial<Automation>, Partial<Found>, string]>([
  ["from the moment the switch holds", true, {}, {}, now],
  ["while it was only asked for", false, { state: "asked" }, {}, now],
  ["after it was switched off", false, { state: "off" }, {}, now],
  ["after somebody said no", false, { state: "rejected" }, {}, now],
  ["for another version of the rule", false, {}, { ruleVersion: 4 }, now],
  ["for another clause", false, {}, { clauseCode: "CF-AUP-4.4.a" }, now],
  ["before its day", false, { effectiveFrom: at("2026-11-21T07:00:00Z") }, {}, now],
  ["what was found before it held", false, {}, { at: at("2026-11-20T11:59:59.999Z") }, now],
  ["what was over before it held", false, {}, { windowEnd: at("2026-11-20T12:00:00Z") }, now],
])("acts by itself %s: %s", (_when, acts, switched, finding, instant) => {
  expect(actsByItself({ ...on, ...switched }, { ...found, ...finding }, at(instant))).toBe(acts);
});

const asked = { state: "asked" as const, askedById: "pia", expiresAt: at("2026-11-23T12:00:00Z") };
test.each<[string, "confirm" | "reject" | "withdraw", string, string, ReturnType<typeof barsAnswer>]>([
  ["somebody else confirms", "confirm", "lea", now, null],
  ["whoever asked confirms", "confirm", "pia", now, "own_proposal"],
  ["whoever asked rejects", "reject", "pia", now, "own_proposal"],
  ["whoever asked takes it back", "withdraw", "pia", now, null],
  ["somebody else takes it back", "withdraw", "lea", now, "not_own_proposal"],
  ["too late to confirm", "confirm", "lea", "2026-11-23T12:00:00Z", "proposal_expired"],
  ["too late, and rejected", "reject", "lea", "2026-11-23T12:00:00Z", null],
])("%s", (_who, how, by, instant, bars) => expect(barsAnswer(asked, by, how, at(instant))).toBe(bars));

test("what was answered is not answered again", () => expect(barsAnswer({ ...asked, state: "on" }, "lea", "reject", at(now))).toBe("already_answered"));
