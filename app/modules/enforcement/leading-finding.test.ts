import { expect, test } from "vitest";
import { leadingFinding } from "./leading-finding";

const clauses = [
  { clauseId: "mild", severity: "low" },
  { clauseId: "grave", severity: "critical" },
] as const;
const named = (clauseId: string | null, day: number) => ({ clauseId, at: new Date(Date.UTC(2026, 10, day)) });

test.each([
  ["the one most often named, however mild", [named("mild", 3), named("mild", 4), named("grave", 1)], "mild", 3],
  ["the gravest on a tie, though named later", [named("mild", 1), named("grave", 2)], "grave", 2],
  ["on its earliest day", [named("grave", 9), named("grave", 5), named(null, 1)], "grave", 5],
  ["never one that cannot be cited", [named("gone", 1), named("gone", 2), named("mild", 3)], "mild", 3],
] as const)("%s", (_what, evidence, clauseId, day) => {
  expect(leadingFinding(evidence, clauses)).toEqual(named(clauseId, day));
});

test("nothing named, nothing found", () => {
  expect(leadingFinding([named(null, 1)], clauses)).toBeNull();
});
