/**
 * How long after it happened an event came, in steps: each bucket holds what came sooner than its bound, in seconds, and not
 * sooner than the one before; the last has no bound. Counts are kept by a bucket's number, so a step is never changed.
 */
export const latenessBounds = [1, 10, 60, 600, 3_600, 21_600, 86_400, 259_200] as const;

export interface LateCount {
  bucket: number;
  events: number;
}

/** Events by bucket, with all buckets there are. */
export function everyBucket(counts: readonly LateCount[]): number[] {
  const events = Array.from({ length: latenessBounds.length + 1 }, () => 0);
  for (const { bucket, events: more } of counts) events[bucket]! += more;
  return events;
}

/**
 * Within which step a share of the events came: half of them, or 99 of a hundred.
 *
 * @returns the bound in seconds that so many were sooner than; Infinity where they were not; null without any events
 */
export function soonerThan(events: readonly number[], share: number): number | null {
  const all = events.reduce((sum, one) => sum + one, 0);
  if (all === 0) return null;
  let within = 0;
  for (const [bucket, count] of events.entries()) {
    within += count;
    if (within >= share * all) return latenessBounds[bucket] ?? Infinity;
  }
  return Infinity;
}

/** What was judged is saved about twice a minute, and how far shards are is read from what is saved: up to this, in seconds, is no delay. */
export const ordinarilyBehind = 90;
