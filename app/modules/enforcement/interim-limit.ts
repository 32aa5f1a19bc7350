import type { DateTime } from "luxon";

/**
 * Whether an interim measure would last longer than one person may suspend an account for (rule of procedure 2): what
 * takes a second person as a decision is not to be had by calling it interim.
 */
export function outlastsOnePerson(interim: { startsAt: DateTime; endsAt: DateTime }, terms: { zone: string; fourEyesSuspensionDays: number }): boolean {
  return +interim.endsAt > +interim.startsAt.setZone(terms.zone).plus({ days: terms.fourEyesSuspensionDays });
}
