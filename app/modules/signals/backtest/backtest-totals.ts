import { z } from "zod";
import { wilsonLower } from "../rules/spike-statistics";

export const backtestSides = ["fired", "present", "candidate"] as const;
export type BacktestSide = (typeof backtestSides)[number];

/** What people decided about an account in the rule's policy area since the span began, by the rule's clause. */
export const verdicts = ["breach", "overturned", "no_breach", "undecided"] as const;
export type Verdict = (typeof verdicts)[number];

export const changes = ["appears", "vanishes", "stays", "fired_only"] as const;
export type Change = (typeof changes)[number];

const count = z.number().int().min(0);
const perVerdict = z.object({ breach: count, overturned: count, no_breach: count, undecided: count });
const side = z.object({ signals: count, findings: count, accounts: perVerdict });

/** Everything a back-test counted; unlike its list of accounts never cut short. */
export const backtestTotalsSchema = z.object({
  sides: z.object({ fired: side, present: side, candidate: side }),
  changes: z.object({ appears: count, vanishes: count, stays: count, fired_only: count }),
});
export type BacktestTotals = z.output<typeof backtestTotalsSchema>;
export type SideTotals = z.output<typeof side>;

const nothing = (): SideTotals => ({ signals: 0, findings: 0, accounts: { breach: 0, overturned: 0, no_breach: 0, undecided: 0 } });
export const noTotals = (): BacktestTotals => ({ sides: { fired: nothing(), present: nothing(), candidate: nothing() }, changes: { appears: 0, vanishes: 0, stays: 0, fired_only: 0 } });

/** What a back-test found about one account. */
export interface AccountResult {
  accountId: string;
  presentSignals: number;
  presentFindings: number;
  candidateSignals: number;
  candidateFindings: number;
  firedSignals: number;
  verdict: Verdict;
  decisionId: string | null;
}

export function changeOf({ presentSignals, candidateSignals }: Pick<AccountResult, "presentSignals" | "candidateSignals">): Change {
  if (candidateSignals === 0) return presentSignals === 0 ? "fired_only" : "vanishes";
  return presentSignals === 0 ? "appears" : "stays";
}

/** Adds these accounts, each of which is counted once in all. */
export function addTo(totals: BacktestTotals, results: readonly AccountResult[]): BacktestTotals {
  const sum = structuredClone(totals);
  for (const result of results) {
    sum.changes[changeOf(result)] += 1;
    const found: Record<BacktestSide, [signals: number, findings: number]> = {
      fired: [result.firedSignals, 0],
      present: [result.presentSignals, result.presentFindings],
      candidate: [result.candidateSignals, result.candidateFindings],
    };
    for (const name of backtestSides) {
      const [signals, findings] = found[name];
      if (signals === 0) continue;
      sum.sides[name].signals += signals;
      sum.sides[name].findings += findings;
      sum.sides[name].accounts[result.verdict] += 1;
    }
  }
  return sum;
}

export interface Precision {
  accounts: number;
  /** Of those. */
  decided: number;
  /** Of the decided: in breach of the clause, and it stands. */
  breach: number;
  /** The 95 % Wilson interval of breach over decided; null where nothing is decided. */
  interval: { from: number; to: number } | null;
}

const twoSided95 = 1.96;

/** How many of the accounts a side flags people found in breach, of those they decided about. */
export function precisionOf({ accounts: { breach, overturned, no_breach, undecided } }: SideTotals): Precision {
  const decided = breach + overturned + no_breach;
  const lower = (part: number) => wilsonLower({ optOuts: part, delivered: decided }, twoSided95);
  return { accounts: decided + undecided, decided, breach, interval: decided === 0 ? null : { from: lower(breach), to: 1 - lower(decided - breach) } };
}
