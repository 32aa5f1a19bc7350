import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { mostAttempts, nextAttemptAt } from "./retry-schedule";

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
