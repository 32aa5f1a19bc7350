import type { DateTime } from "luxon";
import { addCivilDays, civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import { refuse, type Result } from "~/infra/result";

/** What an agency may ask for at once, and once more (18 U.S.C. 2703(f)(2): 90 days, extended by 90 upon a renewed request). */
export const preservationDays = 90;

/** How many local days before its end staff are warned. */
export const preservationWarningDays = 14;

/**
 * When a preservation request runs out: 90 local calendar days after the day it was received, of which the last counts
 * in full. The day of receipt does not count, so no part of a day is lost to the agency. Exclusive: the start of day 91.
 */
export const preservationEnds = (receivedAt: DateTime, zone: string): DateTime<true> => startOfCivilDay(addCivilDays(civilDayOf(receivedAt, zone), preservationDays + 1), zone);

/** A renewal begins where the first term ends, so renewing early costs nothing. */
export const renewedEnd = (endsAt: DateTime, zone: string): DateTime<true> => startOfCivilDay(addCivilDays(civilDayOf(endsAt, zone), preservationDays), zone);

export const warnsFrom = (endsAt: DateTime, zone: string): DateTime<true> => startOfCivilDay(addCivilDays(civilDayOf(endsAt, zone), -preservationWarningDays), zone);

export interface PreservationClock {
  expiresAt: DateTime;
  renewals: number;
}

/** Renewable once, while it runs. */
export function renew(clock: PreservationClock, zone: string, now: DateTime): Result<{ expiresAt: DateTime<true> }, "preservation_over" | "preservation_renewed"> {
  if (now >= clock.expiresAt) return refuse("preservation_over");
  if (clock.renewals >= 1) return refuse("preservation_renewed");
  return { ok: true, expiresAt: renewedEnd(clock.expiresAt, zone) };
}

/** Evidence is kept so many local days after the day its matter ended, the last one in full. Exclusive. */
export const keptUntil = (endedAt: DateTime, retentionDays: number, zone: string): DateTime<true> => startOfCivilDay(addCivilDays(civilDayOf(endedAt, zone), retentionDays + 1), zone);
