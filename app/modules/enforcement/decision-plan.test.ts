import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { allRefusals } from "~/infra/result";
import { planDecision, type Choice } from "./decision-plan";
import { defaultLadders } from "./default-ladders";
import type { LadderFinding, Strike } from "./ladder";

const now = DateTime.fromISO("2026-11-20T19:00:00Z", { zone: "utc" }) as DateTime<true>;
const terms = {
  zone: "America/Denver",
  fourEyesSuspensionDays: 30,
  fourEyesKinds: [],
  features: [
    { code: "marketing_messages", name: "marketing messages", nameEs: "", includes: [], retired: false },
    { code: "template_messages", name: "template messages", nameEs: "", includes: [], retired: false },
    { code: "api_access", name: "API access", nameEs: "", includes: [], retired: false },
    { code: "fax", name: "fax", nameEs: "", includes: [], retired: true },
  ],
};
const finding = (severity: string, clauseCode = "CF-AUP-3.1.a"): LadderFinding => ({ clauseCode, area: "spam", ladder: defaultLadders.find((one) => one.severity === severity)! });
const recommended: Choice = { rung: null, days: null, features: [], justification: "", lawEnforcementReferral: false, noTipOff: false };
const strike: Strike = { id: "s1", area: "spam", weight: 1, issuedAt: now.minus({ days: 9 }), expiresAt: now.plus({ days: 9 }), voidedAt: null };
const why = "The same campaign went on after the warning.";
const plan = (choice: Partial<Choice> = {}, severity = "medium", strikes: Strike[] = [strike]) =>
  planDecision({ findings: [finding(severity)], strikes }, { ...recommended, ...choice }, terms, now);

test("without a choice the recommendation is the plan", () => {
  expect(plan()).toMatchObject({
    ok: true,
    rung: 2,
    measure: { kind: "feature_restriction", features: ["marketing_messages"], days: 7 },
    deviation: "none",
    endsAt: DateTime.fromISO("2026-11-27T19:00:00Z", { zone: "utc" }),
    needsApproval: false,
    strike: { clauseCode: "CF-AUP-3.1.a", weight: 1 },
    counted: [{ id: "s1" }],
  });
});

test.each<[string, Partial<Choice>, string, object]>([
  ["another rung, justified", { rung: 4, justification: why }, "medium", { deviation: "skips", measure: { kind: "suspension", days: 30 }, needsApproval: false }],
  ["a longer suspension takes a second person", { rung: 4, days: 31, justification: why }, "medium", { measure: { kind: "suspension", days: 31 }, needsApproval: true }],
  ["termination takes a second person", {}, "critical", { measure: { kind: "termination" }, endsAt: null, needsApproval: true }],
  ["so does a referral, whatever the measure", { lawEnforcementReferral: true }, "medium", { rung: 2, needsApproval: true, noTipOff: false }],
  ["a referral may withhold the notice", { lawEnforcementReferral: true, noTipOff: true }, "medium", { noTipOff: true }],
  ["other features", { features: ["api_access", "marketing_messages"], justification: why }, "medium", { deviation: "differs", measure: { features: ["api_access", "marketing_messages"] } }],
  ["features mean nothing for a warning", { rung: 1, features: ["api_access"], days: 9, justification: why }, "medium", { measure: { kind: "warning" }, endsAt: null }],
])("%s", (_what, choice, severity, expected) => {
  expect(plan(choice, severity)).toMatchObject({ ok: true, ...expected });
});

test.each<[string, Partial<Choice>, string]>([
  ["another rung without a word", { rung: 1 }, "justification_missing"],
  ["more days without a word", { days: 20 }, "justification_missing"],
  ["a feature the platform does not have", { features: ["fax"], justification: why }, "unknown_feature"],
  ["silence without a referral", { noTipOff: true }, "tip_off_without_referral"],
])("refuses %s", (_what, choice, reason) => {
  expect(plan(choice)).toMatchObject({ ok: false, reason });
});

test.each<[string, Partial<Choice>, string[]]>([
  ["another rung, an unknown feature and silence", { rung: 2, days: 20, features: ["fax"], noTipOff: true }, ["unknown_feature", "tip_off_without_referral", "justification_missing"]],
  ["a warning that waits, unjustified", { rung: 1, startsAt: now.plus({ days: 2 }) }, ["justification_missing", "warning_scheduled"]],
  ["a restriction too far ahead, and silence", { startsAt: now.plus({ days: 91 }), noTipOff: true }, ["tip_off_without_referral", "start_too_late"]],
])("says at once all that stands against %s", (_what, choice, reasons) => {
  const refused = plan(choice);
  expect(refused.ok ? [] : allRefusals(refused).map(({ reason }) => reason)).toEqual(reasons);
});

test("of several findings the strike is for the one whose ladder was climbed", () => {
  const found = { findings: [finding("low", "CF-AUP-4.4.a"), finding("high", "CF-AUP-3.3.b")], strikes: [] };
  expect(planDecision(found, recommended, terms, now)).toMatchObject({ rung: 3, strike: { clauseCode: "CF-AUP-3.3.b", weight: 2 } });
});

test("a justification nobody needed is not kept", () => {
  expect(plan({ justification: why })).toMatchObject({ deviation: "none", justification: "" });
});
