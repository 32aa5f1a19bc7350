import { expect, test } from "vitest";
import { decideCaseSchema } from "./decide-case.schema";

const form = (over: { conductOn?: string; idempotencyKey?: string } = {}) => ({
  outcome: "violation",
  caseId: "0193484e-7a00-7000-8000-000000000001",
  version: "3",
  idempotencyKey: over.idempotencyKey ?? "0193484e-7a00-7000-8000-000000000002",
  rationale: "Both reports show the same message.",
  facts: "You sent two messages without consent.",
  findings: [{ clauseId: "0193484e-7a00-7000-8000-000000000003", conductOn: over.conductOn ?? "2024-02-29" }],
});

test.each(["2026-02-30", "2025-02-29", "0000-01-01", "0001-01-01", "2026-13-01", "2026-1-1"])("%s is no day on which something can have happened", (conductOn) => {
  expect(decideCaseSchema.safeParse(form({ conductOn })).success).toBe(false);
});

test.each(["form-key\u0000-1", "short", "x".repeat(81)])("%j is no key of a form", (idempotencyKey) => {
  expect(decideCaseSchema.safeParse(form({ idempotencyKey })).success).toBe(false);
});

test("a real day and a real key are taken", () => {
  expect(decideCaseSchema.safeParse(form()).success).toBe(true);
});
