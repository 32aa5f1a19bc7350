import { performance } from "node:perf_hooks";

/**
 * Ratios against a bare baseline in the same run. These machines are noisy, so ours and the baseline take turns call
 * by call, a round is one pair of figures, and what is reported is the median of the rounds' ratios.
 */
export type Run = () => Promise<unknown>;

export interface Sample {
  p50: number;
  p99: number;
}

export interface Bound {
  what: string;
  value: number;
  atMost?: number;
  atLeast?: number;
}

export const rounds = 5;

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const sample = (times: number[]): Sample => {
  const sorted = times.sort((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
};

async function timed(run: Run): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Runs every contender `calls` times a round, in turn, and answers each one's milliseconds by round. */
export async function interleave<Name extends string>(contenders: Record<Name, Run>, calls: number): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(contenders) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (const name of names) for (let call = 0; call < Math.min(calls, 30); call += 1) await contenders[name]();
  for (let round = 0; round < rounds; round += 1) {
    const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
    for (let call = 0; call < calls; call += 1) {
      const order = call % 2 ? names : [...names].reverse();
      for (const name of order) times[name].push(await timed(contenders[name]));
    }
    for (const name of names) taken[name].push(sample(times[name]));
  }
  return taken;
}

/** Median over the rounds of ours ÷ baseline. */
export function ratio(ours: readonly Sample[], baseline: readonly Sample[], of: keyof Sample): number {
  return median(ours.map((round, index) => round[of] / baseline[index]![of]));
}

export const typical = (samples: readonly Sample[], of: keyof Sample): number => median(samples.map((round) => round[of]));

/** Prints one line a bound and answers whether all hold. */
export function report(title: string, bounds: readonly Bound[]): boolean {
  console.log(`\n${title}`);
  let all = true;
  for (const { what, value, atMost, atLeast } of bounds) {
    const holds = (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
    all &&= holds;
    const limit = atMost !== undefined ? `at most ${atMost}` : atLeast !== undefined ? `at least ${atLeast}` : "for information";
    console.log(`  ${holds ? "ok  " : "MISS"} ${what}: ${value.toFixed(2)} (${limit})`);
  }
  return all;
}
