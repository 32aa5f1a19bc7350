import { civilDayNumber, civilDayStart } from "../zone-clock";
import { baselineDays } from "../rules/opt-out-counts";
import type { RuleVersion } from "../rules/rule-book";
import type { RuleCode } from "../rules/rule-catalogue";

const hour = 3_600_000;
const dayMs = 24 * hour;

/** What a back-test judges, [from, to), and where it begins to read. */
export interface Span {
  from: number;
  to: number;
  readFrom: number;
}

export interface Stored {
  now: number;
  retentionDays: number;
  zone: string;
}

/** These look at what a contact once said, which holds until it is taken back: everything that is stored is read for them. */
const restOnWishes: ReadonlySet<RuleCode> = new Set(["frequency", "after_opt_out", "missing_consent"]);
export const restsOnWishes = (rule: RuleCode): boolean => restOnWishes.has(rule);

/** The first instant of which everything is stored, and will be for another day: a back-test has to be over by then. */
const oldestKept = ({ now, retentionDays }: Stored): number => (Math.floor(now / dayMs) - retentionDays + 1) * dayMs;

/**
 * How far before an event others can matter to it, by any of these versions. Of the opt-out spike it is the days it
 * compares with and those its window touches; a slow rise that began before them is seen later than it was.
 */
export function reachOf(versions: readonly RuleVersion[]): number {
  const reaches = versions.map((version) => {
    if (version.rule === "frequency") return version.parameters.windowHours * hour;
    if (version.rule === "spacing") return version.parameters.hours * hour;
    return version.rule === "opt_out_spike" ? (baselineDays + 2) * dayMs : 0;
  });
  return Math.max(0, ...reaches);
}

const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
const dayText = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** The civil days of the platform that can be judged: far enough after the oldest that is stored, and over. Null: none. */
export function daysToTry(versions: readonly RuleVersion[], stored: Stored): { first: string; last: string } | null {
  const earliest = oldestKept(stored) + reachOf(versions);
  const day = civilDayNumber(stored.zone, earliest);
  const first = civilDayStart(stored.zone, day) >= earliest ? day : day + 1;
  const last = civilDayNumber(stored.zone, stored.now) - 1;
  return first <= last ? { first: dayText(first), last: dayText(last) } : null;
}

export type SpanRefused = "backtest_day_not_stored" | "backtest_day_not_over" | "backtest_days_reversed";

/** The span of these civil days, both included. */
export function spanOf(firstDay: string, lastDay: string, versions: readonly RuleVersion[], stored: Stored): Span | SpanRefused {
  const days = daysToTry(versions, stored);
  if (!days || firstDay < days.first) return "backtest_day_not_stored";
  if (lastDay > days.last) return "backtest_day_not_over";
  if (lastDay < firstDay) return "backtest_days_reversed";
  const from = civilDayStart(stored.zone, dayNumber(firstDay));
  const wishes = versions.some(({ rule }) => restsOnWishes(rule));
  return { from, to: civilDayStart(stored.zone, dayNumber(lastDay) + 1), readFrom: wishes ? Math.min(from, oldestKept(stored)) : from - reachOf(versions) };
}

/** The UTC days in which events are stored that are read for it, by their first instants. */
export function daysToRead({ readFrom, to }: Pick<Span, "readFrom" | "to">): number[] {
  const first = Math.floor(readFrom / dayMs);
  return Array.from({ length: Math.ceil(to / dayMs) - first }, (_, index) => (first + index) * dayMs);
}
