import { expect, test } from "vitest";
import { civilDayTold, absoluteTime, deadlineTime, lastDay, relativeTime, shortAge, toldDeadline } from "./time-format";

const now = "2026-11-20T21:05:00Z";

test.each([
  ["2026-11-20T21:04:30Z", "just now"],
  ["2026-11-20T20:00:00Z", "1 hour ago"],
  ["2026-11-20T21:04:00Z", "1 minute ago"],
  ["2026-11-19T20:05:00Z", "25 hours ago"],
  ["2026-11-17T21:05:00Z", "3 days ago"],
  ["2026-11-23T21:04:59Z", "in 3 days"],
  ["2026-08-01T00:00:00Z", "4 months ago"],
  ["2024-01-01T00:00:00Z", "3 years ago"],
  ["2026-11-27T21:04:20Z", "in 7 days"],
  ["2026-11-20T21:04:31Z", "just now"],
  ["2026-11-20T22:04:29Z", "in 59 minutes"],
  ["2026-11-20T22:04:31Z", "in 1 hour"],
  ["2026-11-22T20:34:00Z", "in 47 hours"],
  ["2026-11-22T20:36:00Z", "in 2 days"],
  ["2027-01-19T08:00:00Z", "in 59 days"],
  ["2027-01-19T10:00:00Z", "in 2 months"],
  ["2027-11-20T21:04:00Z", "in 12 months"],
  ["2028-11-19T21:04:00Z", "in 2 years"],
])("%s is %s", (instant, said) => {
  expect(relativeTime(instant, now)).toBe(said);
});

test("longer never reads as shorter", () => {
  const sizes: Record<string, number> = { minute: 1, hour: 60, day: 1440, month: 43_800, year: 525_600 };
  let before = 0;
  for (let size = 1; size < 3 * 525_600; size += size < 180 ? 0.25 : size < 6000 ? 7 : 997) {
    const [, count, unit] = /^in (\d+) (minute|hour|day|month|year)s?$/.exec(relativeTime(new Date(Date.parse(now) + size * 60_000).toISOString(), now)) ?? [];
    const said = Number(count) * sizes[unit!]!;
    expect(said).toBeGreaterThanOrEqual(before);
    expect(Math.abs(said - size)).toBeLessThanOrEqual(sizes[unit!]! / 2);
    before = said;
  }
});

test("speaks Spanish", () => {
  expect(relativeTime("2026-11-23T21:05:00Z", now, "es")).toBe("dentro de 3 días");
});

test.each([
  ["2026-11-20T21:04:00Z", "1m"],
  ["2026-11-20T14:05:00Z", "7h"],
  ["2026-11-08T21:05:00Z", "12d"],
  ["2026-11-21T21:05:00Z", "0m"],
])("the age of %s is %s", (since, said) => {
  expect(shortAge(since, now)).toBe(said);
});

test("an instant is told on the calendar of its zone", () => {
  expect(absoluteTime("2026-11-20T21:05:00Z", "America/Denver")).toBe("Fri 20 Nov 2026, 14:05 MST");
  expect(absoluteTime("2026-07-01T03:00:00Z", "America/Denver")).toBe("Tue 30 Jun 2026, 21:00 MDT");
});

test("a deadline that ends a day is told as that day, one inside a day as its time", () => {
  expect(deadlineTime("2026-12-11T07:00:00Z", "America/Denver")).toBe("Thu 10 Dec 2026, end of day MST");
  expect(deadlineTime("2026-12-11T08:30:00Z", "America/Denver")).toBe("Fri 11 Dec 2026, 01:30 MST");
});

test("the end of the day before clocks change names the zone of that day", () => {
  expect(deadlineTime("2027-03-14T07:00:00Z", "America/Denver")).toBe("Sat 13 Mar 2027, end of day MST");
  expect(deadlineTime("2027-03-15T06:00:00Z", "America/Denver")).toBe("Sun 14 Mar 2027, end of day MDT");
});

test("a deadline inside a sentence", () => {
  expect(lastDay("2027-01-21T07:00:00Z", "America/Denver")).toBe("Wed 20 Jan 2027 (end of day, MST)");
  expect(lastDay("2027-01-21T07:00:00Z", "America/Denver", "es")).toMatch(/ \(fin del día, .+\)$/);
  expect(lastDay("2026-12-11T08:30:00Z", "America/Denver")).toBe("Fri 11 Dec 2026 (01:30, MST)");
});

test.each([
  ["due", "in 3 days", false, undefined, "en", "Due in 3 days"],
  ["due", "in 3 days", false, "2 business days", "en", "Due in 2 business days"],
  ["due", "3 days ago", true, "2 business days", "en", "Was due 3 days ago"],
  ["closes", "in 29 minutes", false, undefined, "en", "Closes in 29 minutes"],
  ["closes", "1 hour ago", true, undefined, "en", "Closed 1 hour ago"],
  ["due", "en 3 días", false, "2 días hábiles", "es", "Vence en 2 días hábiles"],
  ["closes", "en 3 días", false, undefined, "es", "Se cierra en 3 días"],
  ["closes", "hace 1 hora", true, undefined, "es", "Se cerró hace 1 hora"],
] as const)("what is %s %s reads so (over: %s, left: %s, %s)", (kind, relative, over, left, locale, said) => {
  expect(toldDeadline(kind, relative, over, left, locale)).toBe(said);
});

test.each([
  ["2026-11-20T19:00:00Z", "America/Denver", { day: "2026-11-20", told: "Fri 20 Nov 2026" }],
  ["2026-11-20T03:00:00Z", "America/Denver", { day: "2026-11-19", told: "Thu 19 Nov 2026" }],
])("a day without a time is told as the day it lies in: %s in %s", (instant, zone, told) => {
  expect(civilDayTold(instant, zone)).toEqual(told);
});
