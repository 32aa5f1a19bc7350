import { DateTime, Duration } from "luxon";

/** How long after each failed attempt the next one follows: the schedule the Standard Webhooks specification gives. */
export const pausesBetweenAttempts = [
  { seconds: 5 },
  { minutes: 5 },
  { minutes: 30 },
  { hours: 2 },
  { hours: 5 },
  { hours: 10 },
  { hours: 14 },
  { hours: 20 },
  { hours: 24 },
].map((pause) => Duration.fromObject(pause));

export const mostAttempts = pausesBetweenAttempts.length + 1;

/** A receiver may ask for more time, but not for so much that its messages would pile up behind a wish. */
const longestWish = Duration.fromObject({ hours: 24 });

/**
 * When to try again after so many attempts have failed, or null: not any more. A receiver that asks for a later time
 * (`Retry-After`) is given it within bounds; one that asks for an earlier one is tried by the schedule.
 */
export function nextAttemptAt(attempts: number, now: DateTime, wishedMs: number | null = null): DateTime | null {
  const pause = pausesBetweenAttempts[attempts - 1];
  if (!pause) return null;
  return now.plus(Math.max(pause.toMillis(), Math.min(wishedMs ?? 0, longestWish.toMillis())));
}

/** `Retry-After` in milliseconds from `now` (RFC 9110, 10.2.3: seconds or a date), or null where it says neither. */
export function retryAfterMs(header: string | null | undefined, now: DateTime): number | null {
  const said = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(said)) return Number(said) * 1_000;
  const at = DateTime.fromHTTP(said);
  return at.isValid ? Math.max(0, at.toMillis() - now.toMillis()) : null;
}
