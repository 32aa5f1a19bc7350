import { expect, test } from "vitest";
import { aroundDay, rangeOf, totalsOf, withEmptyDays, type HealthDay } from "./sender-health";

const day = (name: string, sent: number): HealthDay => ({ day: name, ...totalsOf([]), sent });

test("days without events are zeros, also over the end of a month", () => {
  expect(withEmptyDays([day("2026-11-30", 5)], "2026-11-29", "2026-12-01")).toEqual([day("2026-11-29", 0), day("2026-11-30", 5), day("2026-12-01", 0)]);
});

test("seven days before a measure are compared with seven from its day on", () => {
  const days = withEmptyDays([day("2026-11-02", 1), day("2026-11-03", 10), day("2026-11-09", 20), day("2026-11-10", 100), day("2026-11-16", 200), day("2026-11-17", 1000)], "2026-11-01", "2026-11-20");
  const { before, after } = aroundDay(days, "2026-11-10");
  expect([before.sent, after.sent]).toEqual([30, 300]);
});

test.each<[string, string | null, string | null, [string, string]]>([
  ["nothing asked: all there is", null, null, ["2026-11-01", "2026-11-30"]],
  ["a part", "2026-11-10", "2026-11-12", ["2026-11-10", "2026-11-12"]],
  ["the wrong way round", "2026-11-12", "2026-11-10", ["2026-11-10", "2026-11-12"]],
  ["beyond what there is", "2020-01-01", "2030-01-01", ["2026-11-01", "2026-11-30"]],
  ["a day there is not", "2026-02-30", "2026-11-31", ["2026-11-01", "2026-11-30"]],
  ["no days at all", "1; DROP", "today", ["2026-11-01", "2026-11-30"]],
])("a range of days: %s", (_what, from, to, expected) => {
  expect(Object.values(rangeOf({ from, to }, "2026-11-01", "2026-11-30"))).toEqual(expected);
});
