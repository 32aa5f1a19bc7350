import { expect, test } from "vitest";
import { cataloguePolicies } from "~/modules/policy/catalogue";
import { defaultRules, ruleVersion } from "./default-rules";
import { clauseOf, parametersSchema, ruleCatalogue, ruleCodes } from "./rule-catalogue";

test("every clause a rule watches over stands in the seeded policies, at most one a policy", () => {
  const known = new Set(cataloguePolicies.flatMap(({ clauses }) => clauses.map(({ code }) => code)));
  for (const code of ruleCodes) {
    const { clauses } = ruleCatalogue[code];
    expect(clauses.filter((clause) => !known.has(clause))).toEqual([]);
    const policies = clauses.map((clause) => clause.split("-").slice(0, 2).join("-"));
    expect(new Set(policies).size).toBe(policies.length);
  }
});

test.each([
  ["frequency", ["CF-AUP"], "CF-AUP-4.4.a"],
  ["frequency", ["XP-AUP"], null],
  ["message_limit", ["CF-AUP"], null],
  ["message_limit", ["XP-AUP"], "XP-AUP-3.6.a"],
  ["after_opt_out", ["CASA-PP"], "CASA-PP-3.b"],
] as const)("%s under %j is about %s", (code, policies, clause) => {
  expect(clauseOf(code, policies)).toBe(clause);
});

test("a platform starts with the policies' own numbers", () => {
  const parameters = Object.fromEntries(defaultRules(0).map((version) => [version.rule, version.parameters]));
  expect(parameters).toMatchObject({ frequency: { windowHours: 168, allowed: 1 }, spacing: { hours: 24 }, quiet_hours: { from: 1260, until: 480 } });
});

test.each([
  ["frequency", { windowHours: 23 }],
  ["frequency", { windowHours: 745 }],
  ["frequency", { allowed: 1.5 }],
  ["quiet_hours", { from: 1440 }],
  ["missing_consent", { methods: [] }],
  ["missing_consent", { methods: ["telepathy"] }],
  ["opt_out_spike", { deviations: Number.NaN }],
  ["opt_out_spike", { usualShare: Infinity }],
  ["after_opt_out", { grace: 5 }],
] as const)("%s refuses %j", (code, given) => {
  expect(parametersSchema[code].safeParse(given).success).toBe(false);
  expect(() => ruleVersion(code, { parameters: given })).toThrow();
});
