import type { DateTime } from "luxon";
import type { Severity } from "../policy/severity";

/**
 * What a case's place in the queue hangs on, in points; an hour of waiting is worth one point.
 *
 * - Severity first: a critical case is ahead of a low one for 60 days of waiting.
 * - People weigh more than machines, and each further report or signal weighs less than the one before.
 * - An escalation puts a case ahead of a fresh one of the next severity.
 */
const severityPoints: Record<Severity, number> = { low: 0, medium: 240, high: 720, critical: 1440 };
const reportPoints = 48;
const signalPoints = 16;
const mostFromReports = 240;
const mostFromSignals = 80;
const escalationPoints = 744;

/** The hour that scores count back from: it only has to lie after every case. */
const horizonMillis = Date.UTC(2100, 0, 1);
const hourMillis = 3_600_000;

export interface Weighed {
  severity: Severity;
  reportCount: number;
  signalCount: number;
  escalated: boolean;
  openedAt: DateTime;
}

const diminishing = (count: number, each: number, most: number): number =>
  Math.min(most, Math.round(each * Math.log2(1 + count)));

/** Points without waiting time. */
export const pointsOf = ({ severity, reportCount, signalCount, escalated }: Omit<Weighed, "openedAt">): number =>
  severityPoints[severity] +
  diminishing(reportCount, reportPoints, mostFromReports) +
  diminishing(signalCount, signalPoints, mostFromSignals) +
  (escalated ? escalationPoints : 0);

/**
 * The stored score; higher is worked first. Every case ages at the same pace, so the order by "points + hours waited"
 * is the order by "points − hour of opening": it is right at every instant without ever being swept.
 */
export const priorityOf = (weighed: Weighed): number =>
  pointsOf(weighed) + Math.floor((horizonMillis - weighed.openedAt.toMillis()) / hourMillis);

/** What people see: points plus hours waited by `now`. */
export const shownPriority = (priority: number, now: DateTime): number =>
  priority - Math.floor((horizonMillis - now.toMillis()) / hourMillis);
