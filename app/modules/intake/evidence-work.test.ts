import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { nextTry } from "./evidence-work";

const at = DateTime.fromISO("2026-11-27T12:00:00Z", { zone: "utc" });

test.each([
  [1, "2026-11-27T12:01:00.000Z"],
  [2, "2026-11-27T12:05:00.000Z"],
  [3, "2026-11-27T12:30:00.000Z"],
  [4, "2026-11-27T14:00:00.000Z"],
  [5, "2026-11-28T00:00:00.000Z"],
  [6, "2026-11-28T12:00:00.000Z"],
  [7, null],
  [8, null],
])("after %i tries in vain the next is at %s", (tries, next) => {
  expect(nextTry(tries, at)?.toISO() ?? null).toBe(next);
});
