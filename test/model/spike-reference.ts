import type { MessageEvent } from "~/modules/signals/message-event";
import type { RuleBook, VersionOf } from "~/modules/signals/rules/rule-book";
import { inForce, type Expectation } from "./rule-in-force";

export type CohortCounts = (accountId: string, from: number, to: number) => { delivered: number; optOuts: number };

const quarter = 15 * 60_000;
const perDay = 96;

interface Open {
  expectation: Expectation;
  own: number;
  drift: number;
  burst: boolean;
  lower: number;
  version: VersionOf<"opt_out_spike">;
}

/** Episodes of many opt-outs, found by walking through every quarter hour there was and counting anew in each. */
export function spikes(book: RuleBook, accountId: string, events: readonly MessageEvent[], cohort: CohortCounts): Expectation[] {
  const counted = events.filter((event) => event.type === "opt_out" || (event.type === "message.delivered" && event.category === "marketing"));
  if (counted.length === 0) return [];
  const at = (event: MessageEvent) => Math.floor(event.occurredAt / quarter);
  const counts = new Map<number, { delivered: number; optOuts: number }>();
  for (const event of counted) {
    const here = counts.get(at(event)) ?? { delivered: 0, optOuts: 0 };
    counts.set(at(event), event.type === "opt_out" ? { ...here, optOuts: here.optOuts + 1 } : { ...here, delivered: here.delivered + 1 });
  }
  const count = (from: number, to: number) => {
    const sum = { delivered: 0, optOuts: 0 };
    for (let bucket = from; bucket < to; bucket += 1) {
      sum.delivered += counts.get(bucket)?.delivered ?? 0;
      sum.optOuts += counts.get(bucket)?.optOuts ?? 0;
    }
    return sum;
  };
  const found: Expectation[] = [];
  let sum = 0;
  let inSum = 0;
  let sumBefore = 0;
  let today = -1;
  let open = null as Open | null;
  const spikeVersion = (bucket: number) => inForce(book, "opt_out_spike", accountId, bucket * quarter);
  const close = (episode: Open, bucket: number) => {
    found.push({ ...episode.expectation, until: (bucket + 1) * quarter });
    open = null;
    sum = inSum = sumBefore = 0;
  };
  for (let bucket = at(counted[0]!); bucket <= at(counted.at(-1)!) + perDay + 1; bucket += 1) {
    const here = count(bucket, bucket + 1);
    const empty = here.delivered + here.optOuts === 0;
    if (!open && empty) continue;
    const window = count(bucket - perDay + 1, bucket + 1);
    const beginDay = () => {
      if (today !== Math.floor(bucket / perDay)) sumBefore = sum;
      today = Math.floor(bucket / perDay);
    };
    if (open) {
      const { parameters } = open.version;
      if (!empty && !spikeVersion(bucket)) {
        close(open, bucket);
        continue;
      }
      if (!empty) {
        beginDay();
        sum = Math.min(1.5 * parameters.driftBound, sumBefore + parameters.driftBound / 4, llr(sum, here, open.drift, parameters.driftRatio));
        const lower = wilson(window, parameters.deviations);
        if (lower > open.lower) {
          open.lower = lower;
          open.expectation.observed = window.optOuts / Math.max(window.delivered, window.optOuts);
        }
      }
      const level = open.burst ? (open.own * (1 + parameters.ratio)) / 2 : (open.drift * (1 + parameters.driftRatio)) / 2;
      if (window.optOuts === 0 || (sum < parameters.driftBound / 2 && window.optOuts / Math.max(1, window.delivered) <= level)) close(open, bucket);
      continue;
    }
    const version = spikeVersion(bucket);
    if (!version) {
      sum = inSum = sumBefore = 0;
      continue;
    }
    const { parameters } = version;
    const day = Math.floor((bucket - perDay + 1) / perDay);
    const others = cohort(accountId, day - 32, day - 4);
    const usual = (others.optOuts + 5_000 * parameters.usualShare) / (others.delivered + 5_000);
    const past = count((day - 28) * perDay, day * perDay);
    const own = (past.optOuts + 1_000 * usual) / (past.delivered + 1_000);
    const drift = Math.min(Math.max(own, usual), 2 * usual);
    beginDay();
    sum = Math.min(sumBefore + parameters.driftBound / 4, llr(sum, here, drift, parameters.driftRatio));
    inSum = sum === 0 ? 0 : inSum + here.optOuts;
    if (here.optOuts === 0) continue;
    const bound = Math.max(parameters.ratio * own, usual);
    const lower = wilson(window, parameters.deviations);
    const burst = window.delivered >= parameters.minDelivered && window.optOuts >= parameters.minOptOuts && lower > bound;
    if (!burst && !(sum >= parameters.driftBound && inSum >= parameters.minOptOuts)) continue;
    const threshold = burst ? bound : (drift * (parameters.driftRatio - 1)) / Math.log(parameters.driftRatio);
    const expectation = { key: `opt_out_spike:${accountId}:${bucket}`, version: version.version, observed: window.optOuts / Math.max(window.delivered, window.optOuts), threshold, proof: [], ambiguous: false, until: 0 };
    open = { expectation, own, drift, burst, lower, version };
  }
  return found;
}

const llr = (sum: number, { delivered, optOuts }: { delivered: number; optOuts: number }, share: number, ratio: number) =>
  Math.max(0, sum + optOuts * Math.log(ratio) - delivered * share * (ratio - 1));

function wilson({ delivered, optOuts }: { delivered: number; optOuts: number }, z: number): number {
  const n = Math.max(delivered, optOuts);
  if (n === 0) return 0;
  const p = optOuts / n;
  return Math.max(0, (p + z ** 2 / (2 * n) - z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2))) / (1 + z ** 2 / n));
}
