import { describe, expect, test } from "vitest";
import { closedDay, CohortDays } from "./cohort-days";

const dayOf = (iso: string): number => Math.floor(Date.parse(iso) / 86_400_000);

describe("a UTC day is closed", () => {
  test.each([
    ["not before 73 hours have passed", "2026-11-20T00:59:59.999Z", "2026-11-15"],
    ["once 73 hours have passed", "2026-11-20T01:00:00.000Z", "2026-11-16"],
    ["and stays the last one for a day", "2026-11-21T00:59:59.999Z", "2026-11-16"],
  ])("%s", (_why, now, last) => {
    expect(closedDay(Date.parse(now))).toBe(dayOf(last));
  });
});

describe("the cohort sums its days", () => {
  const days = new CohortDays();
  days.learn([
    { day: 100, delivered: 10, optOuts: 1 },
    { day: 101, delivered: 20, optOuts: 2 },
    { day: 104, delivered: 40, optOuts: 4 },
  ]);
  test.each([
    ["from the first to before the last", 100, 104, { delivered: 30, optOuts: 3 }],
    ["over days that were not counted", 101, 105, { delivered: 60, optOuts: 6 }],
    ["which are nothing by themselves", 102, 104, { delivered: 0, optOuts: 0 }],
    ["no further than it knows", 0, 1_000, { delivered: 70, optOuts: 7 }],
    ["and nothing before", 60, 100, { delivered: 0, optOuts: 0 }],
    ["or behind", 105, 133, { delivered: 0, optOuts: 0 }],
  ])("%s", (_what, from, to, sum) => {
    expect(days.counts("any", from, to)).toEqual(sum);
  });

  test("of which there may be none", () => {
    expect(new CohortDays().counts("any", 0, 28)).toEqual({ delivered: 0, optOuts: 0 });
  });
});
