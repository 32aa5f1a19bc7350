import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { mostAttempts, nextAttemptAt, retryAfterMs } from "./retry-schedule";

const now = DateTime.fromISO("2026-11-20T12:00:00Z", { zone: "utc" });

test.each([
  [1, "2026-11-20T12:00:05.000Z"],
  [2, "2026-11-20T12:05:00.000Z"],
  [3, "2026-11-20T12:30:00.000Z"],
  [4, "2026-11-20T14:00:00.000Z"],
  [9, "2026-11-21T12:00:00.000Z"],
])("after %i failed attempts the next is at %s", (attempts, at) => {
  expect(nextAttemptAt(attempts, now)?.toISO()).toBe(at);
});

test("after ten attempts over some three days nobody is asked any more", () => {
  expect(mostAttempts).toBe(10);
  expect(nextAttemptAt(10, now)).toBeNull();
});

test.each([
  ["a longer pause than the schedule's", 1, "120", "2026-11-20T12:02:00.000Z"],
  ["a date", 1, "Fri, 20 Nov 2026 13:00:00 GMT", "2026-11-20T13:00:00.000Z"],
  ["a shorter pause, which the schedule outlasts", 3, "60", "2026-11-20T12:30:00.000Z"],
  ["a date that has passed", 1, "Fri, 20 Nov 2026 11:00:00 GMT", "2026-11-20T12:00:05.000Z"],
  ["a year, of which it gets a day", 1, "31536000", "2026-11-21T12:00:00.000Z"],
  ["nothing that can be read", 1, "soon", "2026-11-20T12:00:05.000Z"],
  ["less than nothing", 1, "-5", "2026-11-20T12:00:05.000Z"],
])("a receiver that asks for %s", (_what, attempts, header, at) => {
  expect(nextAttemptAt(attempts, now, retryAfterMs(header, now))?.toISO()).toBe(at);
});

test("a wish does not give more attempts", () => {
  expect(nextAttemptAt(10, now, 60_000)).toBeNull();
});
