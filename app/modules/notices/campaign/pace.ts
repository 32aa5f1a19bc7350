/** How fast a campaign goes: messages a second in all and to one mail domain, and for how long it grows to that. */
export interface Pace {
  ratePerSecond: number;
  domainPerSecond: number;
  warmUpMinutes: number;
}

export const defaultPace: Pace = { ratePerSecond: 50, domainPerSecond: 10, warmUpMinutes: 60 };

/** One limit: the whole campaign's, or that to one domain. */
export interface Limit {
  perSecond: number;
  warmUpMinutes: number;
}

/** A mail server trusts a sender it does not know by and by: these parts of the full rate, each for as long as the others. */
const steps = [1 / 16, 1 / 8, 1 / 4, 1 / 2];

/** How many messages each step lets go before the next begins. It goes by what was sent, so that a pause warms nothing up. */
const volumeOf = (step: number, { perSecond, warmUpMinutes }: Limit): number => Math.ceil(perSecond * step * ((warmUpMinutes * 60) / steps.length));

/** Messages a second after so many were let go. */
export function rateAfter(granted: number, limit: Limit): number {
  let until = 0;
  for (const step of steps) {
    until += volumeOf(step, limit);
    if (granted < until) return limit.perSecond * step;
  }
  return limit.perSecond;
}

/** How long the next messages take after so many were let go, in seconds. */
export function secondsFor(messages: number, granted: number, limit: Limit): number {
  let [left, seconds, from] = [messages, 0, 0];
  for (const step of steps) {
    const here = Math.max(0, Math.min(left, from + volumeOf(step, limit) - Math.max(granted, from)));
    from += volumeOf(step, limit);
    seconds += here / (limit.perSecond * step);
    left -= here;
  }
  return seconds + left / limit.perSecond;
}

/** Where a limit stands: how many went, and when the next may. */
export interface Turns {
  granted: number;
  /** Milliseconds since the epoch. */
  freeAt: number;
}

/** What was not used is caught up with for so long at most, so that a stall is not followed by a flood. */
const burstMs = 1_000;

/** A turn that was missed by more is asked for anew, so that a stall is not followed by a flood. */
export const turnLastsMs = 5_000;

/**
 * Gives turns out, one after the other at the limit's rate. In any time of `t` seconds there are at most `rate × (t + 1) + 1` of them.
 *
 * @returns when each may go; at `now` or before: at once
 */
export function giveTurns({ granted, freeAt }: Turns, count: number, now: number, limit: Limit): { turns: number[]; after: Turns } {
  let next = Math.max(freeAt, now - burstMs);
  const turns: number[] = [];
  for (let given = 0; given < count; given += 1) {
    turns.push(next);
    next += 1_000 / rateAfter(granted + given, limit);
  }
  return { turns, after: { granted: granted + count, freeAt: next } };
}

/** How many may go at once. @returns `count` at most; `nextAt` is when the next may */
export function allowance(at: Turns, count: number, now: number, limit: Limit): { allowed: number; after: Turns; nextAt: number } {
  let [allowed, next] = [0, Math.max(at.freeAt, now - burstMs)];
  while (allowed < count && next <= now) {
    next += 1_000 / rateAfter(at.granted + allowed, limit);
    allowed += 1;
  }
  return { allowed, after: { granted: at.granted + allowed, freeAt: next }, nextAt: next };
}

/**
 * How long a campaign takes to send, in seconds: as long as its slowest limit. Who plans does not know the domains yet, so the
 * share of the largest is given.
 */
export function sendingSeconds({ messages, largestShare }: { messages: number; largestShare: number }, { ratePerSecond, domainPerSecond, warmUpMinutes }: Pace): number {
  const all = secondsFor(messages, 0, { perSecond: ratePerSecond, warmUpMinutes });
  return Math.max(all, secondsFor(Math.ceil(messages * largestShare), 0, { perSecond: Math.min(ratePerSecond, domainPerSecond), warmUpMinutes }));
}
