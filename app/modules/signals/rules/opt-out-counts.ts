import type { Counts } from "./spike-statistics";

export const bucketMinutes = 15;
const bucketLength = bucketMinutes * 60_000;
/** Buckets of the sliding 24 hours, and of a day of UTC. */
export const windowBuckets = 96;
/** Whole days of UTC an account is compared with. */
export const baselineDays = 28;

export const bucketOf = (instant: number): number => Math.floor(instant / bucketLength);
export const bucketStart = (bucket: number): number => bucket * bucketLength;
export const dayOf = (bucket: number): number => Math.floor(bucket / windowBuckets);

/** Counts by bucket or by day: three lists of one length, sorted by `keys`, which have no empty ones. */
export interface Series {
  keys: number[];
  delivered: number[];
  optOuts: number[];
}

export const newSeries = (): Series => ({ keys: [], delivered: [], optOuts: [] });

/** How many of the keys are smaller. */
export function keysBefore({ keys }: Series, key: number): number {
  let high = keys.length;
  if (high === 0 || keys[high - 1]! < key) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addTo(series: Series, key: number, { delivered, optOuts }: Counts): void {
  const last = series.keys.length - 1;
  let index = last;
  if (last < 0 || series.keys[last]! !== key) {
    index = keysBefore(series, key);
    if (series.keys[index] !== key) {
      series.keys.splice(index, 0, key);
      series.delivered.splice(index, 0, 0);
      series.optOuts.splice(index, 0, 0);
    }
  }
  series.delivered[index]! += delivered;
  series.optOuts[index]! += optOuts;
}

/** Sums the keys in [from, to). */
export function sumOf(series: Series, from: number, to: number): Counts {
  const sum = { delivered: 0, optOuts: 0 };
  for (let index = keysBefore(series, to) - 1; index >= 0 && series.keys[index]! >= from; index -= 1) {
    sum.delivered += series.delivered[index]!;
    sum.optOuts += series.optOuts[index]!;
  }
  return sum;
}

function dropBefore(series: Series, key: number): void {
  const dropped = keysBefore(series, key);
  if (dropped === 0) return;
  series.keys.splice(0, dropped);
  series.delivered.splice(0, dropped);
  series.optOuts.splice(0, dropped);
}

/** An account's marketing deliveries and opt-outs: by quarter hour for the window, by day of UTC to compare with. */
export interface OptOutCounts {
  buckets: Series;
  days: Series;
}

export const newOptOutCounts = (): OptOutCounts => ({ buckets: newSeries(), days: newSeries() });

export function addCounts(counts: OptOutCounts, bucket: number, added: Counts): void {
  addTo(counts.buckets, bucket, added);
  addTo(counts.days, dayOf(bucket), added);
}

/** The window that ends with this bucket: it and the 95 before it, so up to 24 hours. */
export const windowOf = (counts: OptOutCounts, bucket: number): Counts => sumOf(counts.buckets, bucket - windowBuckets + 1, bucket + 1);

/** The first day that is not compared with: the one in which the window ending with this bucket begins. */
export const windowDay = (bucket: number): number => dayOf(bucket - windowBuckets + 1);

/** The account's own 28 whole days before the day in which the window begins. */
export const ownBaseline = (counts: OptOutCounts, day: number): Counts => sumOf(counts.days, day - baselineDays, day);

/** Forgets what no window that ends with this bucket or a later one looks at. */
export function forgetCounts(counts: OptOutCounts, bucket: number): void {
  dropBefore(counts.buckets, bucket - windowBuckets + 1);
  dropBefore(counts.days, windowDay(bucket) - baselineDays);
}
