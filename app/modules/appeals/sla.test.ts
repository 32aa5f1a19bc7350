import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { usFederalCalendar, withHolidays } from "~/infra/business-time";
import { appealDueAt } from "./appeal";
import { businessDaysLeft, tellHowComputed } from "./sla";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const calendar = usFederalCalendar("America/Denver");
const filedAt = utc("2026-11-20T21:05:00Z");
const dueAt = appealDueAt(filedAt, 10, calendar);

test.each([
  ["2026-11-20T21:05:00Z", "10 business days"],
  ["2026-11-25T18:00:00Z", "7 business days"],
  ["2026-11-26T18:00:00Z", "7 business days"],
  ["2026-12-04T18:00:00Z", "1 business day"],
  ["2026-12-06T18:00:00Z", "1 business day"],
  ["2026-12-07T18:00:00Z", "less than a business day"],
  ["2026-12-08T06:59:59Z", "less than a business day"],
  ["2026-12-08T07:00:00Z", null],
])("at %s there is %s left", (now, left) => {
  expect(businessDaysLeft(utc(now), dueAt, calendar)).toBe(left);
});

test("names each holiday that was passed over, in both languages", () => {
  expect(tellHowComputed({ filedAt, dueAt }, { slaDays: 10, calendar })).toEqual([
    "Filed on Fri 20 Nov 2026 (America/Denver). That day does not count.",
    "10 business days follow. The last is Mon 7 Dec 2026, which counts to its end.",
    "Passed over: Thu 26 Nov 2026, Thanksgiving Day.",
    "Passed over: 6 weekend days.",
  ]);
  expect(tellHowComputed({ filedAt, dueAt }, { slaDays: 10, calendar }, "es").join(" ")).toContain("Thanksgiving Day");
});

test("a day added to the calendar afterwards does not move what was told", () => {
  const later = withHolidays(calendar, [{ day: "2026-12-01", name: "Office closed" }]);
  expect(tellHowComputed({ filedAt, dueAt }, { slaDays: 10, calendar: later })).toEqual([expect.stringContaining("stands")]);
});
