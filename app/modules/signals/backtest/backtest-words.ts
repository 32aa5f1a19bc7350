import { figure, share } from "../signal-words";
import { precisionOf, type BacktestSide, type Change, type SideTotals, type Verdict } from "./backtest-totals";

export const changeNames: Record<Change, string> = { appears: "Appears", vanishes: "Vanishes", stays: "Stays", fired_only: "Fired then, found by neither" };
export const verdictNames: Record<Verdict, string> = { breach: "Breach", overturned: "Overturned", no_breach: "No breach", undecided: "Not decided" };
export const sideNames: Record<BacktestSide, string> = { fired: "What fired then", present: "The rule as it is", candidate: "The change" };

const percent = (part: number): string => `${(100 * part).toLocaleString("en-US", { maximumFractionDigits: 0 })} %`;

/** "12 of 15 (80 %), between 55 % and 93 %": how many of the decided accounts were in breach. */
export function precisionInWords(totals: SideTotals): string {
  const { breach, decided, interval } = precisionOf(totals);
  return interval ? `${share(breach, decided)}, between ${percent(interval.from)} and ${percent(interval.to)}` : "Nobody decided about any";
}

/** "15 decided: 12 breach, 1 overturned, 2 no breach; 7 not decided" */
export function decidedInWords({ accounts: { breach, overturned, no_breach, undecided } }: SideTotals): string {
  return `${figure(breach + overturned + no_breach)} decided: ${figure(breach)} breach, ${figure(overturned)} overturned, ${figure(no_breach)} no breach; ${figure(undecided)} not decided`;
}
