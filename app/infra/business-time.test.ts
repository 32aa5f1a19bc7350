import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import {
  addBusinessDays,
  businessCalendarNamed,
  businessDaysUntil,
  explainBusinessDays,
  isBusinessDay,
  usFederalCalendar,
  usFederalHolidaysObservedIn,
  weekdayCalendar,
  withHolidays,
} from "./business-time";
import { addCivilDays, civilDayOf, startOfCivilDay } from "./civil-day";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const denver = usFederalCalendar("America/Denver");

/** The days federal offices were or will be closed, written down by hand: MM-DD per year. */
const observedDays: Record<number, string> = {
  2020: "01-01 01-20 02-17 05-25 07-03 09-07 10-12 11-11 11-26 12-25",
  2021: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
  2022: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
  2023: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
  2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
  2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
  2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
  2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
  2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
  2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
  2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
  2031: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
  2032: "01-01 01-19 02-16 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
  2033: "01-17 02-21 05-30 06-20 07-04 09-05 10-10 11-11 11-24 12-26",
  2034: "01-02 01-16 02-20 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
};

describe("federal holidays as observed", () => {
  test.each(Object.entries(observedDays))("%s", (year, days) => {
    const observed = usFederalHolidaysObservedIn(Number(year)).map(({ day }) => day);
    expect(observed).toEqual(days.split(" ").map((day) => `${year}-${day}`));
  });

  test("names the day, and says when it was moved", () => {
    expect(denver.holidayOn("2026-07-03")).toBe("Independence Day (observed)");
    expect(denver.holidayOn("2026-07-04")).toBeNull();
    expect(denver.holidayOn("2027-12-31")).toBe("New Year's Day (observed)");
    expect(denver.holidayOn("2026-11-26")).toBe("Thanksgiving Day");
  });

  test("refuses a zone nobody knows", () => {
    expect(() => usFederalCalendar("America/Sheridan")).toThrow(RangeError);
  });
});

describe("addBusinessDays", () => {
  test.each([
    ["a plain fortnight", "2026-03-02T17:00:00Z", 10, "2026-03-17T06:00:00Z"],
    ["over Thanksgiving", "2026-11-20T21:05:00Z", 10, "2026-12-08T07:00:00Z"],
    ["over Christmas and New Year", "2026-12-21T18:00:00Z", 10, "2027-01-07T07:00:00Z"],
    ["New Year observed in December", "2027-12-29T18:00:00Z", 2, "2028-01-04T07:00:00Z"],
    ["Veterans Day on a Saturday", "2028-11-08T18:00:00Z", 2, "2028-11-14T07:00:00Z"],
    ["the local day, not the UTC day, starts the count", "2026-06-02T05:30:00Z", 1, "2026-06-03T06:00:00Z"],
    ["half an hour later it is the next local day", "2026-06-02T06:00:00Z", 1, "2026-06-04T06:00:00Z"],
    ["from a Saturday", "2026-06-06T18:00:00Z", 1, "2026-06-09T06:00:00Z"],
    ["from a Sunday night", "2026-06-08T05:59:59Z", 1, "2026-06-09T06:00:00Z"],
    ["from a holiday", "2026-12-25T18:00:00Z", 1, "2026-12-29T07:00:00Z"],
    ["into summer time", "2026-03-06T18:00:00Z", 1, "2026-03-10T06:00:00Z"],
    ["out of summer time", "2026-10-30T18:00:00Z", 1, "2026-11-03T07:00:00Z"],
    ["over a leap day", "2028-02-28T18:00:00Z", 2, "2028-03-02T07:00:00Z"],
    ["no leap day in 2027", "2027-02-26T18:00:00Z", 1, "2027-03-02T07:00:00Z"],
    ["no days at all: the day of start ends", "2026-06-02T18:00:00Z", 0, "2026-06-03T06:00:00Z"],
  ])("%s", (_why, start, days, due) => {
    expect(addBusinessDays(utc(start), days, denver).toISO()).toBe(utc(due).toISO());
  });

  test.each([
    ["midnight is skipped in Beirut", "Asia/Beirut", "2023-03-29T10:00:00Z", 1, "2023-03-30T21:00:00Z"],
    ["a day that starts at 01:00 in Santiago", "America/Santiago", "2024-09-06T15:00:00Z", 0, "2024-09-07T04:00:00Z"],
    ["the last day ends where Sunday starts an hour late", "America/Santiago", "2024-09-07T15:00:00Z", 0, "2024-09-08T04:00:00Z"],
    ["the first of two midnights in Havana", "America/Havana", "2025-11-01T15:00:00Z", 0, "2025-11-02T04:00:00Z"],
    ["Samoa had no 30 December 2011, a Friday", "Pacific/Apia", "2011-12-28T22:00:00Z", 1, "2011-12-30T10:00:00Z"],
    ["nor does Samoa count that Friday", "Pacific/Apia", "2011-12-29T22:00:00Z", 1, "2012-01-02T10:00:00Z"],
    ["half-hour zone", "Asia/Kolkata", "2026-06-02T18:00:00Z", 1, "2026-06-03T18:30:00Z"],
  ])("%s", (_why, zone, start, days, due) => {
    expect(addBusinessDays(utc(start), days, weekdayCalendar(zone)).toISO()).toBe(utc(due).toISO());
  });

  test("counts the days an admin added as holidays", () => {
    const closed = withHolidays(denver, [{ day: "2026-06-03", name: "Company day" }]);
    expect(addBusinessDays(utc("2026-06-02T18:00:00Z"), 1, closed).toISO()).toBe("2026-06-05T06:00:00.000Z");
    expect(closed.holidayOn("2026-06-19")).toBe("Juneteenth");
  });

  test.each([-1, 1.5, Number.NaN])("refuses %s days", (days) => {
    expect(() => addBusinessDays(utc("2026-06-02T18:00:00Z"), days, denver)).toThrow(RangeError);
  });

  test("refuses an instant that is none", () => {
    expect(() => addBusinessDays(DateTime.invalid("test"), 1, denver)).toThrow(RangeError);
  });
});

test("a platform names its calendar", () => {
  expect(businessCalendarNamed("us_federal", "America/Denver").holidayOn("2026-06-19")).toBe("Juneteenth");
  expect(businessCalendarNamed("weekdays", "Asia/Kolkata", [{ day: "2027-01-26", name: "Republic Day" }]).holidayOn("2027-01-26")).toBe("Republic Day");
  expect(() => businessCalendarNamed("lunar", "UTC")).toThrow(RangeError);
  expect(() => businessCalendarNamed("toString", "UTC")).toThrow(RangeError);
});

test("a deadline explains itself", () => {
  const explained = explainBusinessDays(utc("2026-11-20T21:05:00Z"), 10, denver);
  expect(explained).toMatchObject({ startDay: "2026-11-20", lastDay: "2026-12-07", zone: "America/Denver" });
  expect(explained.skipped).toEqual([
    { day: "2026-11-21", why: "weekend" },
    { day: "2026-11-22", why: "weekend" },
    { day: "2026-11-26", why: "holiday", name: "Thanksgiving Day" },
    { day: "2026-11-28", why: "weekend" },
    { day: "2026-11-29", why: "weekend" },
    { day: "2026-12-05", why: "weekend" },
    { day: "2026-12-06", why: "weekend" },
  ]);
  expect(explained.counted).toHaveLength(10);
});

test.each([
  ["on the day of filing", "2026-11-20T21:05:00Z", 10],
  ["on the last day", "2026-12-07T18:00:00Z", 0],
  ["on the weekend before the last day", "2026-12-05T18:00:00Z", 1],
  ["when overdue", "2026-12-09T18:00:00Z", 0],
])("business days left %s", (_when, now, left) => {
  expect(businessDaysUntil(utc(now), utc("2026-12-08T07:00:00Z"), denver)).toBe(left);
});

describe("for any start, any zone", () => {
  const zone = fc.constantFrom(
    "America/Denver", "America/Havana", "America/Santiago", "America/Sao_Paulo", "Asia/Beirut", "Asia/Kathmandu", "Asia/Kolkata",
    "Atlantic/Azores", "Australia/Lord_Howe", "Europe/Berlin", "Africa/Casablanca", "Pacific/Apia", "Pacific/Kiritimati", "UTC",
  );
  const start = fc
    .integer({ min: Date.UTC(2010, 0, 1), max: Date.UTC(2040, 0, 1) })
    .map((ms) => DateTime.fromMillis(ms, { zone: "utc" }));
  const days = fc.integer({ min: 0, max: 45 });
  const calendarOf = (name: string) => usFederalCalendar(name);

  test("the last day is a business day and ends exactly at the deadline", () => {
    fc.assert(
      fc.property(start, days, zone, (at, n, name) => {
        fc.pre(n > 0);
        const calendar = calendarOf(name);
        const { dueAt, lastDay } = explainBusinessDays(at, n, calendar);
        expect(isBusinessDay(lastDay, calendar)).toBe(true);
        expect(civilDayOf(dueAt.minus({ milliseconds: 1 }), name)).toBe(lastDay);
        expect(civilDayOf(dueAt, name) > lastDay).toBe(true);
      }),
    );
  });

  test("every day between start and deadline is either counted or skipped, never both", () => {
    fc.assert(
      fc.property(start, days, zone, (at, n, name) => {
        const { counted, skipped, startDay, lastDay } = explainBusinessDays(at, n, calendarOf(name));
        const walked = [...counted, ...skipped.map(({ day }) => day)].sort();
        expect(new Set(walked).size).toBe(walked.length);
        expect(counted).toHaveLength(n);
        if (n > 0) expect([walked[0]! > startDay, walked.at(-1)]).toEqual([true, lastDay]);
      }),
    );
  });

  test("more days are never due earlier, a later start never earlier", () => {
    fc.assert(
      fc.property(start, days, fc.integer({ min: 0, max: 40 * 86_400_000 }), zone, (at, n, later, name) => {
        const calendar = calendarOf(name);
        const due = +addBusinessDays(at, n, calendar);
        expect(+addBusinessDays(at, n + 1, calendar)).toBeGreaterThan(due);
        expect(+addBusinessDays(at.plus(later), n, calendar)).toBeGreaterThanOrEqual(due);
      }),
    );
  });

  test("the time of day does not matter", () => {
    fc.assert(
      fc.property(start, days, zone, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at, n, name, share) => {
        const day = civilDayOf(at, name);
        const from = startOfCivilDay(day, name);
        const length = +startOfCivilDay(addCivilDays(day, 1), name) - +from;
        const other = from.plus(Math.floor(length * share));
        expect(+addBusinessDays(other, n, calendarOf(name))).toBe(+addBusinessDays(at, n, calendarOf(name)));
      }),
    );
  });

  test("adding in two goes, each from the last day, is adding at once", () => {
    fc.assert(
      fc.property(start, days, days, zone, (at, a, b, name) => {
        const calendar = calendarOf(name);
        const half = addBusinessDays(at, a, calendar).minus({ milliseconds: 1 });
        expect(+addBusinessDays(half, b, calendar)).toBe(+addBusinessDays(at, a + b, calendar));
      }),
    );
  });

  test("another holiday never brings a deadline forward", () => {
    fc.assert(
      fc.property(start, days, zone, fc.integer({ min: 0, max: 60 }), (at, n, name, offset) => {
        const calendar = calendarOf(name);
        const closed = withHolidays(calendar, [{ day: addCivilDays(civilDayOf(at, name), offset), name: "Extra" }]);
        expect(+addBusinessDays(at, n, closed)).toBeGreaterThanOrEqual(+addBusinessDays(at, n, calendar));
      }),
    );
  });
});
