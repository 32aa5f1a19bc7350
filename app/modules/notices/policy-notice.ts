import type { DateTime } from "luxon";
import { addCivilDays, civilDayOf, endOfCivilDay, startOfCivilDay, type CivilDay } from "~/infra/civil-day";

export interface NoticeTerms {
  /** IANA zone of the platform. */
  zone: string;
  /** Full local days, and times 24 hours, between the last notice and the effective day. */
  leadDays: number;
}

/** A zone that moved across the date line left a date out: a day that never was is no day of notice. */
const exists = (day: CivilDay, zone: string): boolean => civilDayOf(startOfCivilDay(day, zone), zone) === day;

/**
 * The first day on which a version may take effect (CF-AUP 9; DOMAIN, policy notice): the given number of full local days
 * lie between it and the day of the last notice, and that many times 24 hours pass. In spring the days alone may be an hour
 * short, so both are asked for.
 *
 * @param lastNotifiedAt when the last account holder of the audience was notified
 * @returns the first instant of that day, in the platform's zone
 */
export function earliestLawfulDay(lastNotifiedAt: DateTime, { zone, leadDays }: NoticeTerms): DateTime {
  assertLead(leadDays);
  let day = civilDayOf(lastNotifiedAt, zone);
  for (let full = 0; full < leadDays; ) {
    day = addCivilDays(day, 1);
    if (exists(day, zone)) full += 1;
  }
  const enough = lastNotifiedAt.toUTC().plus({ hours: 24 * leadDays });
  do day = addCivilDays(day, 1);
  while (!exists(day, zone) || startOfCivilDay(day, zone) < enough);
  return startOfCivilDay(day, zone).setZone(zone);
}

/**
 * Up to when the last notice has to be accepted for the version to take effect on that day: the converse of
 * {@link earliestLawfulDay}.
 *
 * @returns the instant itself is still in time
 */
export function latestNotice(effectiveDay: CivilDay, { zone, leadDays }: NoticeTerms): DateTime<true> {
  assertLead(leadDays);
  const begins = startOfCivilDay(effectiveDay, zone);
  let day = civilDayOf(begins, zone);
  for (let full = 0; full < leadDays; ) {
    day = addCivilDays(day, -1);
    if (exists(day, zone)) full += 1;
  }
  do day = addCivilDays(day, -1);
  while (!exists(day, zone));
  const byDays = endOfCivilDay(day, zone).minus({ milliseconds: 1 });
  const byHours = begins.minus({ hours: 24 * leadDays });
  return byDays < byHours ? byDays : byHours;
}

/** What is known of one account of the audience. */
export interface Notification {
  /** When it was notified; null: not yet. */
  notifiedAt: DateTime | null;
  /** It came or became active again after the snapshot: it was told on joining, before it was bound by anything else. */
  joinedAt: DateTime | null;
}

/**
 * From when the notice counts: the last notification of those who were account holders at the snapshot. Who joined later is
 * told on joining and moves nothing, else one new account a day would put off every change for ever.
 *
 * @returns null while one of them was not notified, or when there is none
 */
export function lastOfAudience(audience: Iterable<Notification>): DateTime | null {
  let last: DateTime | null = null;
  for (const { notifiedAt, joinedAt } of audience) {
    if (joinedAt) continue;
    if (!notifiedAt) return null;
    if (!last || notifiedAt > last) last = notifiedAt;
  }
  return last;
}

/** Whether the version may take effect on that day, or from which day it may. */
export function rulingOn(effectiveDay: CivilDay, lastNotifiedAt: DateTime, terms: NoticeTerms): { lawful: true } | { lawful: false; earliest: CivilDay } {
  const earliest = earliestLawfulDay(lastNotifiedAt, terms).toISODate()!;
  return effectiveDay >= earliest ? { lawful: true } : { lawful: false, earliest };
}

function assertLead(leadDays: number): void {
  if (!Number.isInteger(leadDays) || leadDays < 0) throw new RangeError(`Not a number of days: ${leadDays}`);
}
