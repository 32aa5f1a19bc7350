import { expect, test } from "vitest";
import { instantOfWallTime } from "./wall-time";

test.each([
  ["in winter", "2026-12-01T09:30", "America/Denver", "2026-12-01T16:30:00.000Z"],
  ["in summer", "2026-07-01T09:30", "America/Denver", "2026-07-01T15:30:00.000Z"],
  ["with seconds", "2026-12-01T09:30:05", "Asia/Kolkata", "2026-12-01T04:00:05.000Z"],
  ["an hour that comes twice is the later one", "2026-11-01T01:30", "America/Denver", "2026-11-01T08:30:00.000Z"],
  ["half an hour that comes twice", "2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T15:15:00.000Z"],
  ["an hour the clocks are set forward over", "2027-03-14T02:30", "America/Denver", null],
  ["a day a zone left out", "2011-12-30T12:00", "Pacific/Apia", null],
  ["no such day", "2026-02-30T12:00", "UTC", null],
  ["an instant with a zone of its own", "2026-12-01T09:30Z", "America/Denver", null],
  ["nothing", "", "UTC", null],
])("%s: %s in %s", (_why, text, zone, instant) => {
  expect(instantOfWallTime(text, zone)?.toISO() ?? null).toBe(instant);
});
