import type { DateTime } from "luxon";
import { addBusinessDays, businessDaysUntil, type BusinessCalendar } from "~/infra/business-time";
import { civilDayOf, endOfCivilDay } from "~/infra/civil-day";

/**
 * The clock of an appeal stands still only while the appellant was asked for something. It stops when the question
 * reached their mail server, as the appeal window opens only then (CF-AUP 7.3): a question nobody received buys no time.
 */
export interface Pause {
  pausedAt: DateTime<true>;
  /** Exclusive: the clock goes on by itself. */
  endsAt: DateTime<true>;
}

/** @returns null once the due instant has passed: a breach cannot be undone by asking. */
export function pauseFrom(handedOverAt: DateTime<true>, dueAt: DateTime, waitBusinessDays: number, calendar: BusinessCalendar): Pause | null {
  if (+handedOverAt >= +dueAt) return null;
  return { pausedAt: handedOverAt, endsAt: addBusinessDays(handedOverAt, waitBusinessDays, calendar) };
}

/**
 * The due instant after a pause: later by as many business days as the clock stood still. The day it stopped on does not
 * count, the day it goes on does, so a question answered on the same day moves nothing. A pause never takes time away,
 * not even when the calendar changed meanwhile.
 */
export function resumeAt(at: DateTime, { pausedAt, endsAt }: Pause, dueAt: DateTime<true>, calendar: BusinessCalendar): { dueAt: DateTime<true>; days: number } {
  const last = endsAt.minus({ milliseconds: 1 });
  const until = +at < +last ? at : last;
  const days = +until <= +pausedAt ? 0 : businessDaysUntil(pausedAt, endOfCivilDay(civilDayOf(until, calendar.zone), calendar.zone), calendar);
  return { dueAt: days === 0 ? dueAt : extendedBy(dueAt, days, calendar), days };
}

/** A due instant moved by whole business days. */
export const extendedBy = (dueAt: DateTime<true>, days: number, calendar: BusinessCalendar): DateTime<true> =>
  days === 0 ? dueAt : addBusinessDays(dueAt.minus({ milliseconds: 1 }), days, calendar);
