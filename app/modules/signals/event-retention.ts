import { lateHours } from "./message-event";
import { reachOf } from "./backtest/backtest-span";
import type { RuleVersion } from "./rules/rule-book";

/** What the database allows, in UTC days. */
export const retentionBounds = { min: 32, max: 400 } as const;

const dayHours = 24;

/**
 * For how many UTC days a platform has to keep its events: as far back as an event can matter to a later one by any of these versions (the
 * opt-out spike looks at 28 whole days before its window, CF-AUP 3.1), as late as one may come, and the day that has begun.
 */
export function leastRetentionDays(versions: readonly RuleVersion[]): number {
  const reach = reachOf(versions.filter(({ mode }) => mode !== "off")) / 3_600_000;
  return Math.max(retentionBounds.min, Math.ceil((reach + lateHours) / dayHours) + 1);
}
