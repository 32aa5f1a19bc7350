import { expect, test } from "vitest";
import type { Role } from "./permissions";
import { homeOf, signInGoal, signInStep } from "./sign-in-steps";

const somebody = (...roles: Role[]) => ({ kind: "staff" as const, id: "a", name: "A", roles });

test.each<[Role[], string]>([
  [["analyst"], "/queue"],
  [["lead"], "/queue"],
  [["appeals_reviewer"], "/appeals"],
  [["appeals_reviewer", "analyst"], "/queue"],
  [["appeals_reviewer", "auditor"], "/appeals"],
  [["auditor"], "/audit"],
  [["auditor", "policy_manager"], "/queue"],
  [["policy_manager"], "/queue"],
  [["admin"], "/queue"],
])("the day of %j starts at %s", (roles, home) => {
  expect(homeOf(somebody(...roles))).toBe(home);
});

test("a page that was asked for comes before the start, a foreign one does not", () => {
  expect(signInGoal(somebody("auditor"), "/queue")).toBe("/queue");
  expect(signInGoal(somebody("auditor"), "//evil.example")).toBe("/audit");
});

test("a step carries only what was asked for", () => {
  expect(signInStep("second_factor", "/cases/C-1?a=b")).toBe("/sign-in/second-factor?next=%2Fcases%2FC-1%3Fa%3Db");
  expect(signInStep("second_factor", null)).toBe("/sign-in/second-factor");
  expect(signInStep("enrolment", "https://evil.example/")).toBe("/enrol");
});
