import type { DateTime } from "luxon";

/** What may still have to happen on a decided case. */
export type Unfinished = {
  forReview: boolean;
  /** An appeal waits for its ruling. */
  appealed: boolean;
  /** A decision, a measure or a change waits for a second person. */
  proposed: boolean;
  /** The account holder has not been told of an action yet, so that no window is open and no right is lost (CF-AUP 7.3). */
  untold: boolean;
  /** When the last appeal window of its actions ends, exclusively. */
  windowsEndAt: DateTime | null;
  /** When a scheduled action begins. */
  startsAt: DateTime | null;
  /** A decision on it stands, wholly or modified. */
  stands: boolean;
};

export type ClosingLook = { close: true; reason: string } | { close: false; at: DateTime };

/**
 * Whether a decided case can be filed away, or when to look again. Nothing is lost by closing: a late appeal is taken in all
 * the same. It is closed once every window to appeal is over and nothing about it waits for a person or for its moment.
 */
export function nextClosingLook(found: Unfinished, now: DateTime): ClosingLook {
  const tomorrow = now.plus({ days: 1 });
  if (found.forReview || found.appealed || found.proposed || found.untold) return { close: false, at: tomorrow };
  const waits = [found.windowsEndAt, found.startsAt].filter((moment) => moment !== null).filter((moment) => +moment > +now);
  const last = waits.reduce<DateTime | null>((latest, moment) => (latest && +latest >= +moment ? latest : moment), null);
  if (last) return { close: false, at: last };
  if (found.startsAt) return { close: false, at: now.plus({ minutes: 1 }) };
  if (!found.stands) return { close: true, reason: "Its decision was taken back, and nothing is left to do." };
  return found.windowsEndAt ? { close: true, reason: "The time to appeal is over, and nobody appealed or the appeal was ruled on." } : { close: true, reason: "There is nothing to appeal against, and nobody is left to be told." };
}
