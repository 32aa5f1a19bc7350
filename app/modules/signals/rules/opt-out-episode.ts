import { dayOf, keysBefore, ownBaseline, windowDay, windowOf, type OptOutCounts } from "./opt-out-counts";
import type { VersionOf } from "./rule-book";
import { burstShare, driftShare, driftStep, expectedShare, wilsonLower, type Counts, type Expected } from "./spike-statistics";

type Version = VersionOf<"opt_out_spike">;

/** A time of many opt-outs. What it is measured by stays as it was when it opened: a spike must not become the rule. */
export interface Episode {
  openedIn: number;
  by: "burst" | "drift";
  version: Version;
  expected: Expected;
  /** The window in which the burst, or at the opening the drift, was clearest. */
  peak: Counts & { bucket: number; lower: number };
  /** Since the first bucket of the window in which it opened. */
  total: Counts;
}

export interface ClosedEpisode extends Episode {
  /** The bucket in which it was found to be over. */
  closedIn: number;
}

/** Where the test stands before a bucket. */
export interface SpikeState {
  /** The first bucket not judged yet. */
  next: number;
  sum: number;
  /** The day of UTC that was judged last, and the sum before it. */
  day: number;
  sumBefore: number;
  /** Opt-outs since the sum was last zero. */
  optOutsInSum: number;
  open: Episode | null;
}

export const calm = (next: number): SpikeState => ({ next, sum: 0, day: -1, sumBefore: 0, optOutsInSum: 0, open: null });

/** What judging needs to know besides the counts. */
export interface SpikeContext {
  versionAt(bucket: number): Version | null;
  /** The cohort's counts to compare with a window that begins on this day. */
  cohortBefore(day: number): Counts;
}

/** An open episode's sum stays within reach, so that it can close when things are well again. */
const sumCeiling = 1.5;
const closingShare = 0.5;

/** A bound is reached in so many days at the earliest: one campaign that goes down badly is no slow rise. */
const driftDays = 4;

/** Moves the sum by one bucket; a single day can only add so much to it. */
function drift(state: SpikeState, bucket: number, here: Counts, share: number, { driftRatio, driftBound }: Version["parameters"]): void {
  const day = dayOf(bucket);
  if (day !== state.day) {
    state.day = day;
    state.sumBefore = state.sum;
  }
  state.sum = Math.min(driftStep(state.sum, here, share, driftRatio), state.sumBefore + driftBound / driftDays);
}

function reset(state: SpikeState): void {
  state.sum = state.sumBefore = state.optOutsInSum = 0;
  state.open = null;
}

/** The share at which an episode is over: half way down from what opens one to what is expected. */
const calmShare = (episode: Episode): number => {
  const { ratio, driftRatio } = episode.version.parameters;
  return episode.by === "burst" ? (episode.expected.own * (1 + ratio)) / 2 : (driftShare(episode.expected) * (1 + driftRatio)) / 2;
};

function isOver(episode: Episode, sum: number, window: Counts): boolean {
  if (window.optOuts === 0) return true;
  return sum < episode.version.parameters.driftBound * closingShare && window.optOuts / Math.max(window.delivered, 1) <= calmShare(episode);
}

/** Whether an episode opens with the window that ends in this bucket, and by which test. */
function opens(window: Counts, state: SpikeState, expected: Expected, { parameters }: Version): Episode["by"] | null {
  const { minDelivered, minOptOuts, ratio, deviations, driftBound } = parameters;
  if (window.delivered >= minDelivered && window.optOuts >= minOptOuts && wilsonLower(window, deviations) > burstShare(expected, ratio)) return "burst";
  return state.sum >= driftBound && state.optOutsInSum >= minOptOuts ? "drift" : null;
}

function judgeBucket(state: SpikeState, counts: OptOutCounts, index: number, context: SpikeContext): ClosedEpisode | null {
  const bucket = counts.buckets.keys[index]!;
  const here = { delivered: counts.buckets.delivered[index]!, optOuts: counts.buckets.optOuts[index]! };
  const version = context.versionAt(bucket);
  const { open } = state;
  if (!version) {
    reset(state);
    return open && { ...open, closedIn: bucket };
  }
  if (open) return judgeOpen(state, open, counts, bucket, here);
  const day = windowDay(bucket);
  const expected = expectedShare(ownBaseline(counts, day), context.cohortBefore(day), version.parameters.usualShare);
  drift(state, bucket, here, driftShare(expected), version.parameters);
  state.optOutsInSum = state.sum === 0 ? 0 : state.optOutsInSum + here.optOuts;
  if (here.optOuts === 0) return null;
  const window = windowOf(counts, bucket);
  const by = opens(window, state, expected, version);
  if (by) state.open = { openedIn: bucket, by, version, expected, peak: { ...window, bucket, lower: wilsonLower(window, version.parameters.deviations) }, total: window };
  return null;
}

function judgeOpen(state: SpikeState, open: Episode, counts: OptOutCounts, bucket: number, here: Counts): ClosedEpisode | null {
  const { driftBound, deviations } = open.version.parameters;
  drift(state, bucket, here, driftShare(open.expected), open.version.parameters);
  state.sum = Math.min(driftBound * sumCeiling, state.sum);
  const window = windowOf(counts, bucket);
  const lower = wilsonLower(window, deviations);
  const total = { delivered: open.total.delivered + here.delivered, optOuts: open.total.optOuts + here.optOuts };
  state.open = { ...open, total, peak: lower > open.peak.lower ? { ...window, bucket, lower } : open.peak };
  return isOver(open, state.sum, window) ? close(state, bucket) : null;
}

function close(state: SpikeState, bucket: number): ClosedEpisode {
  const closed = { ...state.open!, closedIn: bucket };
  reset(state);
  return closed;
}

/** Lets time pass in which nothing happened, up to a bucket: a window that empties ends its episode. */
function letPass(state: SpikeState, counts: OptOutCounts, until: number): ClosedEpisode | null {
  for (; state.open && state.next < until; state.next += 1) {
    if (isOver(state.open, state.sum, windowOf(counts, state.next))) return close(state, state.next);
  }
  return null;
}

/**
 * Judges the buckets before `until` (Infinity: also what happens if nothing more comes) and moves the state there.
 * @returns the episodes that ended on the way
 */
export function judgeUntil(state: SpikeState, counts: OptOutCounts, until: number, context: SpikeContext): ClosedEpisode[] {
  const closed: ClosedEpisode[] = [];
  const { keys } = counts.buckets;
  for (let index = keysBefore(counts.buckets, state.next); index < keys.length && keys[index]! < until; index += 1) {
    const before = letPass(state, counts, keys[index]!);
    if (before) closed.push(before);
    const here = judgeBucket(state, counts, index, context);
    if (here) closed.push(here);
    state.next = keys[index]! + 1;
  }
  const after = letPass(state, counts, until);
  if (after) closed.push(after);
  if (until !== Infinity) state.next = Math.max(state.next, until);
  return closed;
}

