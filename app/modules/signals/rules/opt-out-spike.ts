import type { MessageEvent } from "../message-event";
import type { ChangeLog, Finding } from "./finding";
import { addCounts, baselineDays, bucketOf, bucketStart, forgetCounts, newOptOutCounts, windowBuckets, type OptOutCounts } from "./opt-out-counts";
import { calm, judgeUntil, type ClosedEpisode, type SpikeContext, type SpikeState } from "./opt-out-episode";
import { compileRule, type RuleBook } from "./rule-book";
import { burstShare, driftShare, type Counts } from "./spike-statistics";

/**
 * What accounts of the same kind counted in days of UTC [from, to). An answer must
 * not change once it was given, or what is found depends on when it was asked: it is only asked for days that late
 * events cannot reach any more.
 */
export interface Cohorts {
  counts(accountId: string, from: number, to: number): Counts;
}

export const noCohorts: Cohorts = { counts: () => ({ delivered: 0, optOuts: 0 }) };

/** Days between the cohort's last day and the account's own: longer than an event may be late. */
const cohortLag = 4;

/** What the rule remembers of an account. */
export interface SpikeMemory {
  counts: OptOutCounts;
  /** Where the test stood when the oldest bucket that may still change began. */
  settled: SpikeState;
  /** Findings given out that may still change, by key, with what they said. */
  told: Map<string, string>;
  /** Where the test stands before the newest bucket, with the episodes that ended since `settled`; null: to be found again. */
  tail: { state: SpikeState; closed: ClosedEpisode[] } | null;
  /** The first bucket counted since the last judgement. */
  dirty: number;
}

export const newSpikeMemory = (): SpikeMemory => ({ counts: newOptOutCounts(), settled: calm(-Infinity), told: new Map(), tail: null, dirty: Infinity });

const keyOf = (accountId: string, openedIn: number): string => `opt_out_spike:${accountId}:${openedIn}`;

function finding(accountId: string, { openedIn, closedIn, by, version, expected, peak, total }: ClosedEpisode): Finding {
  const { ratio, driftRatio } = version.parameters;
  const window = { from: bucketStart(openedIn - windowBuckets + 1), to: bucketStart(closedIn + 1) };
  return {
    key: keyOf(accountId, openedIn),
    rule: "opt_out_spike",
    version: version.version,
    mode: version.mode,
    accountId,
    contact: null,
    at: bucketStart(openedIn),
    window,
    observed: peak.optOuts / Math.max(peak.delivered, peak.optOuts),
    threshold: by === "burst" ? burstShare(expected, ratio) : (driftShare(expected) * (driftRatio - 1)) / Math.log(driftRatio),
    proof: [],
    also: { types: ["opt_out"], category: null, keyId: null, ...window },
    ambiguous: false,
    measures: {
      opt_outs: peak.optOuts,
      delivered: peak.delivered,
      expected_share: expected.own,
      cohort_share: expected.cohort,
      lower_bound: peak.lower,
      episode_opt_outs: total.optOuts,
      episode_delivered: total.delivered,
      slow_rise: by === "drift" ? 1 : 0,
    },
  };
}

const said = ({ window, observed, measures }: Finding): string => JSON.stringify([window.to, observed, measures]);

/**
 * Opt-out spike (CF-AUP 3.1, XP-AUP 3.1): opt-outs over delivered marketing in a sliding 24 h, against the account's own
 * last 28 days and its cohort.
 *
 * Time is counted in quarter hours of UTC. The window that ends in a quarter hour is it and the 95 before it: between
 * 23¾ and 24 hours. It is compared with the 28 whole days of UTC before the day in which it begins, and with the
 * cohort's 28 days that ended four days earlier. Two tests look at it:
 *
 * - A **burst** is seen by the Wilson interval: its lower end has to lie above `ratio` times the expected share, with
 *   at least `minDelivered` and `minOptOuts`. Raw ratios cry wolf for small accounts (one opt-out of ten is 10 %); an
 *   exact binomial bound would do as well, but the Wilson bound has a closed form that a person can check by hand.
 *   Quarter hours overlap in 95 of 96 parts, so a day is far fewer than 96 chances of a false alarm.
 * - A **slow rise** never makes a surprising day. Page's cumulative sum adds up the log odds of "twice the usual" against
 *   "the usual", so it sees a small excess that lasts; of all tests with as few false alarms it is the quickest
 *   (Moustakides 1986). With a bound of h, chance alone raises alarms at least e^h quarter hours apart (Lorden 1971). But
 *   days are not alike: of a large account one campaign that goes down badly is no chance. So a single day can add a
 *   quarter of the bound at most, and a slow rise takes four days to be one.
 *
 * An episode opens in a quarter hour in which somebody opted out, is measured by what was expected at its opening, and
 * closes half way down from what opened it, or when 24 h brought no opt-out: so it does not flap. Its end is where it
 * closes if nothing more comes; as long as that is ahead it is open.
 *
 * `opt-out-spike.simulation.test.ts` plays honest accounts whose days differ (0 false alarms in 148 account years at 40
 * messages a day, 5 in 148 at 400, 0 in 99 at 4,000, 2 in 49 at 40,000; without the daily limit it was 364 of these) and
 * planted ones: six times the opt-outs for a day were seen in 80 of 100 accounts at 1,000 messages a day and in all at
 * 10,000, a rise to four times within a month in 97 of 100 at 2,000 and in all at 20,000.
 */
export function compileOptOutSpike(book: RuleBook, cohorts: Cohorts) {
  const rule = compileRule(book, "opt_out_spike");

  /** One for all accounts, in turn: judging is done before the next is asked about. */
  let asked = "";
  const context: SpikeContext = {
    versionAt: (bucket) => (rule.exempt(asked, bucketStart(bucket)) ? null : rule.at(bucketStart(bucket))),
    cohortBefore: (day) => cohorts.counts(asked, day - cohortLag - baselineDays, day - cohortLag),
  };
  function contextOf(accountId: string): SpikeContext {
    asked = accountId;
    return context;
  }

  /** Nothing can have changed where deliveries alone came last, and no episode is open. */
  function isQuiet({ counts: { buckets }, tail, told, dirty }: SpikeMemory): boolean {
    const last = buckets.keys.length - 1;
    return tail !== null && told.size === 0 && tail.state.open === null && dirty === buckets.keys[last] && dirty >= tail.state.next && buckets.optOuts[last] === 0;
  }

  return {
    runs: rule.runs,

    /** Answers whether the event counts. */
    count(memory: SpikeMemory, event: MessageEvent): boolean {
      const optOut = event.type === "opt_out";
      if (!optOut && !(event.type === "message.delivered" && event.category === "marketing")) return false;
      const bucket = bucketOf(event.occurredAt);
      addCounts(memory.counts, bucket, { delivered: optOut ? 0 : 1, optOuts: optOut ? 1 : 0 });
      memory.dirty = Math.min(memory.dirty, bucket);
      return true;
    },

    judge(accountId: string, memory: SpikeMemory, log: ChangeLog): void {
      const { counts, dirty, told } = memory;
      if (dirty === Infinity || isQuiet(memory)) {
        memory.dirty = Infinity;
        return;
      }
      const context = contextOf(accountId);
      if (!memory.tail || dirty < memory.tail.state.next) memory.tail = { state: { ...memory.settled }, closed: [] };
      const { tail } = memory;
      tail.closed.push(...judgeUntil(tail.state, counts, counts.buckets.keys.at(-1)!, context));
      const state = { ...tail.state };
      const ahead = judgeUntil(state, counts, Infinity, context);
      memory.dirty = Infinity;
      if (told.size === 0 && tail.closed.length === 0 && ahead.length === 0) return;
      const episodes = [...tail.closed, ...ahead];
      const found = episodes.map((episode) => finding(accountId, episode));
      const keys = new Set(found.map(({ key }) => key));
      for (const key of told.keys()) {
        if (keys.has(key)) continue;
        log.retract(key);
        told.delete(key);
      }
      for (const one of found) {
        const now = said(one);
        if (told.get(one.key) === now) continue;
        log.put(one, told.has(one.key));
        told.set(one.key, now);
      }
    },

    /** Settles what no event from the frontier on can change. Everything counted has to be judged before. */
    forget(accountId: string, memory: SpikeMemory, frontier: number): void {
      const bucket = bucketOf(frontier);
      if (bucket <= memory.settled.next || memory.counts.days.keys.length === 0) return;
      for (const { openedIn } of judgeUntil(memory.settled, memory.counts, bucket, contextOf(accountId))) memory.told.delete(keyOf(accountId, openedIn));
      if (memory.tail && memory.tail.state.next < bucket) memory.tail = null;
      else memory.tail?.closed.splice(0, memory.tail.closed.filter(({ closedIn }) => closedIn < bucket).length);
      forgetCounts(memory.counts, bucket);
    },
  };
}

export type OptOutSpikeRule = ReturnType<typeof compileOptOutSpike>;
