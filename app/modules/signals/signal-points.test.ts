import { describe, expect, test } from "vitest";
import { opensCase, pointsOf, ruleWeight } from "./signal-points";
import { ruleCodes } from "./rules/rule-catalogue";

const day = 86_400_000;
const now = Date.parse("2026-11-20T12:00:00Z");

test.each([
  ["a medium breach at full strength counts as it is", { rule: "missing_consent", score: 80, ambiguous: false }, "medium", 80],
  ["a low one half", { rule: "missing_consent", score: 80, ambiguous: false }, "low", 40],
  ["a critical one twice", { rule: "missing_consent", score: 80, ambiguous: false }, "critical", 160],
  ["marketing after an opt-out more than its strength", { rule: "after_opt_out", score: 20, ambiguous: false }, "high", 45],
  ["a missing name less", { rule: "missing_business_name", score: 33, ambiguous: false }, "medium", 16.5],
  ["contacts in unsure zones half", { rule: "quiet_hours", score: 50, ambiguous: true }, "medium", 20],
  ["nothing found adds nothing", { rule: "spacing", score: 0, ambiguous: false }, "critical", 0],
] as const)("%s", (_what, signal, severity, points) => {
  expect(pointsOf(signal, severity)).toBe(points);
});

test("every rule of the catalogue has a weight", () => {
  expect(Object.keys(ruleWeight).sort()).toEqual([...ruleCodes].sort());
});

describe("a case is opened", () => {
  const signal = (points: number, daysAgo = 0) => ({ points, windowEnd: now - daysAgo * day });
  test.each([
    ["by one strong signal", [signal(41)], true],
    ["at the threshold itself", [signal(40)], true],
    ["not a hundredth below it", [signal(39.99)], false],
    ["by several weak ones together", [signal(15), signal(15, 3), signal(10, 29)], true],
    ["by tenths that no binary fraction can add up", [signal(13.1), signal(13.2), signal(13.7)], true],
    ["not by what is thirty days old", [signal(20), signal(20, 30)], false],
    ["not by nothing", [], false],
  ])("%s", (_what, signals, opens) => {
    expect(opensCase(signals, 40, now)).toBe(opens);
  });
});
