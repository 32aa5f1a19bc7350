import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { nextClosingLook, type Unfinished } from "./case-closing";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const now = utc("2026-12-21T07:00:00Z");
const done: Unfinished = { forReview: false, appealed: false, proposed: false, untold: false, windowsEndAt: now, startsAt: null, stands: true };

test.each<[string, Partial<Unfinished>, string]>([
  ["closes when its last window is over", {}, "close"],
  ["closes without anything to appeal against", { windowsEndAt: null }, "close"],
  ["closes what was taken back", { windowsEndAt: null, stands: false }, "close"],
  ["waits a millisecond of a window", { windowsEndAt: now.plus({ milliseconds: 1 }) }, "2026-12-21T07:00:00.001Z"],
  ["waits for the later of window and start", { windowsEndAt: now.plus({ days: 3 }), startsAt: now.plus({ days: 9 }) }, "2026-12-30T07:00:00.000Z"],
  ["waits for the sweep to begin what is due", { startsAt: now }, "2026-12-21T07:01:00.000Z"],
  ["waits for an appeal", { appealed: true }, "2026-12-22T07:00:00.000Z"],
  ["waits for a review", { forReview: true }, "2026-12-22T07:00:00.000Z"],
  ["waits for a second person", { proposed: true }, "2026-12-22T07:00:00.000Z"],
  ["waits until the account holder is told", { untold: true, windowsEndAt: null }, "2026-12-22T07:00:00.000Z"],
])("%s", (_what, change, expected) => {
  const look = nextClosingLook({ ...done, ...change }, now);
  expect(look.close ? "close" : look.at.toISO()).toBe(expected);
});
