import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { businessDaysUntil, usFederalCalendar, withHolidays } from "~/infra/business-time";
import { appealDueAt } from "./appeal";
import { extendedBy, pauseFrom, resumeAt, type Pause } from "./pause";

const denver = usFederalCalendar("America/Denver");
const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }) as DateTime<true>;
const paused = (from: string, dueAt: string, days = 10) => pauseFrom(utc(from), utc(dueAt), days, denver);

/** Due at the end of Monday 7 December 2026, Denver. */
const due = "2026-12-08T07:00:00Z";

test.each([
  ["answered within the hour", "2026-12-01T18:00:00Z", "2026-12-01T19:00:00Z", due, 0],
  ["answered on the same local day, though another UTC day", "2026-12-01T18:00:00Z", "2026-12-02T06:59:59Z", due, 0],
  ["answered the next day", "2026-12-01T18:00:00Z", "2026-12-02T07:00:00Z", "2026-12-09T07:00:00Z", 1],
  ["asked on Friday, answered on Sunday", "2026-12-04T18:00:00Z", "2026-12-06T18:00:00Z", due, 0],
  ["asked on Friday, answered on Monday", "2026-12-04T18:00:00Z", "2026-12-07T18:00:00Z", "2026-12-09T07:00:00Z", 1],
  ["over Thanksgiving", "2026-11-25T18:00:00Z", "2026-11-27T18:00:00Z", "2026-12-09T07:00:00Z", 1],
  ["past the old due day", "2026-12-07T18:00:00Z", "2026-12-10T18:00:00Z", "2026-12-11T07:00:00Z", 3],
  ["two weeks", "2026-12-01T18:00:00Z", "2026-12-14T18:00:00Z", "2026-12-19T07:00:00Z", 9],
  ["never answered: ten business days, no more", "2026-12-01T18:00:00Z", "2027-03-01T18:00:00Z", "2026-12-22T07:00:00Z", 10],
  ["a sweep that comes at the very end", "2026-12-01T18:00:00Z", "2026-12-16T07:00:00Z", "2026-12-22T07:00:00Z", 10],
  ["a clock that runs behind", "2026-12-01T18:00:00Z", "2026-12-01T17:59:59Z", due, 0],
])("%s", (_why, from, to, expected, days) => {
  expect(resumeAt(utc(to), paused(from, due)!, utc(due), denver)).toEqual({ dueAt: utc(expected), days });
});

test("days added over Christmas pass over it", () => {
  const [before, after] = ["2026-12-24T07:00:00Z", "2026-12-29T07:00:00Z"];
  expect(resumeAt(utc("2026-12-23T18:00:00Z"), paused("2026-12-21T18:00:00Z", before)!, utc(before), denver)).toEqual({ dueAt: utc(after), days: 2 });
});

test("nothing stops a clock that has run out", () => {
  expect(paused("2026-12-08T06:59:59.999Z", due)).not.toBeNull();
  expect(paused(due, due)).toBeNull();
});

test("a holiday added during the pause takes no time away", () => {
  const pause: Pause = paused("2026-12-01T18:00:00Z", due)!;
  const closed = withHolidays(denver, [{ day: "2026-12-07", name: "Snow" }]);
  expect(resumeAt(utc("2026-12-01T20:00:00Z"), pause, utc(due), closed).dueAt).toEqual(utc(due));
  expect(resumeAt(utc("2026-12-02T20:00:00Z"), pause, utc(due), closed).dueAt).toEqual(utc("2026-12-09T07:00:00Z"));
});

const instants = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) }).map((millis) => DateTime.fromMillis(millis, { zone: "utc" }) as DateTime<true>);
const hours = fc.integer({ min: 0, max: 24 * 40 });
const zones = fc.constantFrom("America/Denver", "Pacific/Auckland", "America/New_York", "Asia/Kathmandu", "UTC");

test("what was left of the time when the clock stopped is left when it goes on", () => {
  fc.assert(
    fc.property(instants, hours, hours, zones, fc.integer({ min: 1, max: 30 }), (filedAt, later, length, zone, wait) => {
      const calendar = usFederalCalendar(zone);
      const dueAt = appealDueAt(filedAt, 10, calendar);
      const pause = pauseFrom(filedAt.plus({ hours: later }), dueAt, wait, calendar);
      if (!pause) return +filedAt.plus({ hours: later }) >= +dueAt;
      const at = pause.pausedAt.plus({ hours: length });
      const { dueAt: moved, days } = resumeAt(at, pause, dueAt, calendar);
      const until = +at < +pause.endsAt ? at : pause.endsAt.minus({ milliseconds: 1 });
      return +moved >= +dueAt && days <= wait && businessDaysUntil(until, moved, calendar) === businessDaysUntil(pause.pausedAt, dueAt, calendar);
    }),
    { numRuns: 300 },
  );
});

test("a longer pause never leads to an earlier day, and two pauses add up", () => {
  fc.assert(
    fc.property(instants, hours, hours, zones, (filedAt, one, two, zone) => {
      const calendar = usFederalCalendar(zone);
      const dueAt = appealDueAt(filedAt, 10, calendar);
      const pause = pauseFrom(filedAt, dueAt, 30, calendar)!;
      const [short, long] = [Math.min(one, two), Math.max(one, two)].map((length) => resumeAt(filedAt.plus({ hours: length }), pause, dueAt, calendar));
      expect(+long!.dueAt).toBeGreaterThanOrEqual(+short!.dueAt);
      expect(extendedBy(extendedBy(dueAt, one % 9, calendar), two % 9, calendar)).toEqual(extendedBy(dueAt, (one % 9) + (two % 9), calendar));
    }),
    { numRuns: 200 },
  );
});
