import { DateTime } from "luxon";
import { refuse, type Result } from "~/infra/result";

/** When a change begins that is asked for by a civil day: with its first instant, which has to lie ahead; without a day at once. */
export function beginsOn(day: string | undefined, zone: string, now: DateTime): Result<{ at: DateTime }, "effective_day_past"> {
  if (day === undefined) return { ok: true, at: now };
  const at = DateTime.fromISO(day, { zone }).startOf("day").toUTC();
  return at.isValid && at > now ? { ok: true, at } : refuse("effective_day_past");
}

/** When something ends whose last civil day is told: with the first instant of the day after; without a day never. */
export function endsAfter(day: string | undefined, zone: string, starts: DateTime): Result<{ at: DateTime | null }, "last_day_past"> {
  if (day === undefined) return { ok: true, at: null };
  const at = DateTime.fromISO(day, { zone }).plus({ days: 1 }).startOf("day").toUTC();
  return at.isValid && at > starts ? { ok: true, at } : refuse("last_day_past");
}
