import { Duration, type DateTime } from "luxon";

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

/** When to try again after so many attempts have failed, or null: not any more. */
export function nextAttemptAt(attempts: number, now: DateTime): DateTime | null {
  const pause = pausesBetweenAttempts[attempts - 1];
  return pause ? now.plus(pause) : null;
}
