import type { DateTime } from "luxon";
import { addCivilDays, assertZone, civilDayOf, endOfCivilDay, startOfCivilDay, weekdayOf, type CivilDay } from "./civil-day";

/** A day on which nobody is expected to answer, and what it is called. */
export type Holiday = { day: CivilDay; name: string };

/** Which civil days of which zone count as business days. Saturdays and Sundays never do. */
export interface BusinessCalendar {
  readonly zone: string;
  /** The name of the holiday observed on that day, or null. */
  holidayOn(day: CivilDay): string | null;
}

export type SkippedDay = { day: CivilDay; why: "weekend" } | { day: CivilDay; why: "holiday"; name: string };

/** How a deadline came about, for the person who asks "how was this computed?". */
export type DeadlineExplanation = {
  /** The exclusive instant at which the last day ends, in UTC. */
  dueAt: DateTime<true>;
  zone: string;
  startDay: CivilDay;
  lastDay: CivilDay;
  counted: CivilDay[];
  skipped: SkippedDay[];
};

type Rule = { name: string; since?: number } & (
  | { fixed: [month: number, day: number] }
  | { weekday: number; month: number; nth: 1 | 2 | 3 | 4 | "last" }
);

const Monday = 1;
const Thursday = 4;
const Saturday = 6;
const Sunday = 7;

/** The legal public holidays of 5 U.S.C. 6103(a). */
const federalHolidays: readonly Rule[] = [
  { name: "New Year's Day", fixed: [1, 1] },
  { name: "Birthday of Martin Luther King, Jr.", weekday: Monday, month: 1, nth: 3 },
  { name: "Washington's Birthday", weekday: Monday, month: 2, nth: 3 },
  { name: "Memorial Day", weekday: Monday, month: 5, nth: "last" },
  { name: "Juneteenth", fixed: [6, 19], since: 2021 },
  { name: "Independence Day", fixed: [7, 4] },
  { name: "Labor Day", weekday: Monday, month: 9, nth: 1 },
  { name: "Columbus Day", weekday: Monday, month: 10, nth: 2 },
  { name: "Veterans Day", fixed: [11, 11] },
  { name: "Thanksgiving Day", weekday: Thursday, month: 11, nth: 4 },
  { name: "Christmas Day", fixed: [12, 25] },
];

const iso = (year: number, month: number, day: number): CivilDay =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

function nthWeekday(year: number, month: number, weekday: number, nth: 1 | 2 | 3 | 4 | "last"): CivilDay {
  if (nth === "last") {
    const monthEnd = addCivilDays(month === 12 ? iso(year + 1, 1, 1) : iso(year, month + 1, 1), -1);
    return addCivilDays(monthEnd, -((weekdayOf(monthEnd) - weekday + 7) % 7));
  }
  const first = iso(year, month, 1);
  return addCivilDays(first, ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1));
}

/** Saturday is observed on the Friday before, Sunday on the Monday after (5 U.S.C. 6103(b), E.O. 11582). */
function observed(day: CivilDay): CivilDay {
  const weekday = weekdayOf(day);
  if (weekday === Saturday) return addCivilDays(day, -1);
  return weekday === Sunday ? addCivilDays(day, 1) : day;
}

function federalHolidaysOfStatutoryYear(year: number): Holiday[] {
  return federalHolidays
    .filter((rule) => year >= (rule.since ?? 0))
    .map((rule) => {
      if (!("fixed" in rule)) return { name: rule.name, day: nthWeekday(year, rule.month, rule.weekday, rule.nth) };
      const day = iso(year, ...rule.fixed);
      return { name: observed(day) === day ? rule.name : `${rule.name} (observed)`, day: observed(day) };
    });
}

/**
 * The holidays observed in a calendar year, in order. New Year's Day of the next year belongs to this one when it
 * falls on a Saturday: it is then observed on 31 December.
 */
export function usFederalHolidaysObservedIn(year: number): Holiday[] {
  return [...federalHolidaysOfStatutoryYear(year), ...federalHolidaysOfStatutoryYear(year + 1)]
    .filter(({ day }) => day.startsWith(iso(year, 1, 1).slice(0, 5)))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Business days of a platform that keeps United States federal holidays, in its own zone (DOMAIN, appeal SLA). */
export function usFederalCalendar(zone: string): BusinessCalendar {
  assertZone(zone);
  const years = new Map<string, ReadonlyMap<CivilDay, string>>();
  return {
    zone,
    holidayOn(day) {
      const year = day.slice(0, 4);
      let known = years.get(year);
      if (!known) {
        known = new Map(usFederalHolidaysObservedIn(Number(year)).map((holiday) => [holiday.day, holiday.name]));
        years.set(year, known);
      }
      return known.get(day) ?? null;
    },
  };
}

/** A calendar with weekends alone, for platforms that keep no public holidays. */
export function weekdayCalendar(zone: string): BusinessCalendar {
  assertZone(zone);
  return { zone, holidayOn: () => null };
}

/** The same calendar with the days an admin added; a day that is already a holiday keeps its own name. */
export function withHolidays(calendar: BusinessCalendar, extra: readonly Holiday[]): BusinessCalendar {
  const added = new Map(extra.map(({ day, name }) => [day, name]));
  return { zone: calendar.zone, holidayOn: (day) => calendar.holidayOn(day) ?? added.get(day) ?? null };
}

const calendars = { us_federal: usFederalCalendar, weekdays: weekdayCalendar } as const;
export type CalendarName = keyof typeof calendars;
export const calendarNames = Object.keys(calendars) as CalendarName[];

/**
 * The calendar a platform's row names, with the holidays its admins added.
 *
 * @throws RangeError for a calendar or a zone nobody knows
 */
export function businessCalendarNamed(name: string, zone: string, extra: readonly Holiday[] = []): BusinessCalendar {
  if (!Object.hasOwn(calendars, name)) throw new RangeError(`Not a business calendar: ${name}`);
  return withHolidays(calendars[name as CalendarName](zone), extra);
}

export function isBusinessDay(day: CivilDay, calendar: BusinessCalendar): boolean {
  return weekdayOf(day) < Saturday && calendar.holidayOn(day) === null;
}

function skippedDay(day: CivilDay, calendar: BusinessCalendar): SkippedDay {
  const name = calendar.holidayOn(day);
  return name === null ? { day, why: "weekend" } : { day, why: "holiday", name };
}

/** A zone that moved across the date line left a date out; a day that never was cannot be counted. */
const exists = (day: CivilDay, zone: string): boolean => civilDayOf(startOfCivilDay(day, zone), zone) === day;

/** {@link addBusinessDays} with its working shown: the days counted, and each day passed over with the reason. */
export function explainBusinessDays(start: DateTime, days: number, calendar: BusinessCalendar): DeadlineExplanation {
  if (!Number.isInteger(days) || days < 0) throw new RangeError(`Not a number of business days: ${days}`);
  const startDay = civilDayOf(start, calendar.zone);
  const counted: CivilDay[] = [];
  const skipped: SkippedDay[] = [];
  let lastDay = startDay;
  while (counted.length < days) {
    lastDay = addCivilDays(lastDay, 1);
    if (!exists(lastDay, calendar.zone)) continue;
    if (isBusinessDay(lastDay, calendar)) counted.push(lastDay);
    else skipped.push(skippedDay(lastDay, calendar));
  }
  return { dueAt: endOfCivilDay(lastDay, calendar.zone), zone: calendar.zone, startDay, lastDay, counted, skipped };
}

/**
 * The instant by which something due "within N business days" must have happened (CF-AUP 7.3).
 *
 * The day of `start` does not count; the last day counts in full.
 *
 * @returns the exclusive UTC instant at which the last day ends: the start of the next local day
 * @throws RangeError for a negative or fractional number of days
 */
export function addBusinessDays(start: DateTime, days: number, calendar: BusinessCalendar): DateTime<true> {
  return explainBusinessDays(start, days, calendar).dueAt;
}

/** How many business days still begin before the deadline, today not counted: the "due in 2 business days" of the screens. */
export function businessDaysUntil(now: DateTime, dueAt: DateTime, calendar: BusinessCalendar): number {
  const lastDay = civilDayOf(dueAt.minus({ milliseconds: 1 }), calendar.zone);
  let count = 0;
  for (let day = addCivilDays(civilDayOf(now, calendar.zone), 1); day <= lastDay; day = addCivilDays(day, 1)) {
    if (isBusinessDay(day, calendar) && exists(day, calendar.zone)) count += 1;
  }
  return count;
}
