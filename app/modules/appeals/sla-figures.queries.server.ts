import { DateTime } from "luxon";
import { businessDaysUntil } from "~/infra/business-time";
import type { Deps } from "~/infra/deps.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";

const windowDays = 90;

export type SlaFigures = Awaited<ReturnType<typeof slaFigures>>;

/**
 * How the promise to answer in time was kept over the last 90 days (CF-AUP 7.3): answered in time of all answered, every
 * breach that was recorded, and how many business days answers took. Days on which the clock stood still do not count.
 */
export async function slaFigures(deps: Pick<Deps, "db" | "clock">) {
  const now = deps.clock();
  const from = now.minus({ days: windowDays }).toJSDate();
  const groups = await deps.db.$queryRaw<{ platformId: string; filed: string; ruled: string; pausedDays: number; inTime: boolean; count: number }[]>`
    SELECT l.platform_id AS "platformId", (l.filed_at AT TIME ZONE p.zone)::date::text AS filed, (l.ruled_at AT TIME ZONE p.zone)::date::text AS ruled,
           l.paused_days AS "pausedDays", l.breached_at IS NULL AS "inTime", count(*)::int AS count
      FROM appeal l JOIN platform p ON p.id = l.platform_id WHERE l.ruled_at >= ${from} GROUP BY 1, 2, 3, 4, 5`;
  const [open] = await deps.db.$queryRaw<{ all: number; overdue: number; paused: number; breaches: number }[]>`
    SELECT count(*) FILTER (WHERE state IN ('filed', 'under_review'))::int AS "all",
           count(*) FILTER (WHERE state IN ('filed', 'under_review') AND (breached_at IS NOT NULL OR (paused_at IS NULL AND due_at <= ${now.toJSDate()})))::int AS overdue,
           count(*) FILTER (WHERE paused_at IS NOT NULL)::int AS paused,
           count(*) FILTER (WHERE breached_at >= ${from})::int AS breaches
      FROM appeal WHERE state IN ('filed', 'under_review') OR breached_at >= ${from}`;
  const [unmatched] = await deps.db.$queryRaw<{ breaches: number; overdue: number }[]>`
    SELECT count(*) FILTER (WHERE breached_at >= ${from})::int AS breaches, count(*) FILTER (WHERE settled_at IS NULL)::int AS overdue
      FROM unmatched_appeal WHERE breached_at IS NOT NULL AND appeal_id IS NULL`;
  const terms = new Map<string, Terms>();
  const days = new Map<number, { inTime: number; late: number }>();
  for (const group of groups) {
    const of = terms.get(group.platformId) ?? (await platformTerms(deps.db, group.platformId));
    terms.set(group.platformId, of);
    const dayOf = (day: string) => DateTime.fromISO(day, { zone: of.zone });
    const took = Math.max(0, businessDaysUntil(dayOf(group.filed), dayOf(group.ruled).endOf("day"), of.calendar) - group.pausedDays);
    const bar = days.get(took) ?? { inTime: 0, late: 0 };
    bar[group.inTime ? "inTime" : "late"] += group.count;
    days.set(took, bar);
  }
  const longest = Math.max(10, ...days.keys());
  return {
    windowDays,
    answered: groups.reduce((sum, { count }) => sum + count, 0),
    inTime: groups.reduce((sum, { count, inTime }) => sum + (inTime ? count : 0), 0),
    breaches: open!.breaches + unmatched!.breaches,
    open: open!.all,
    overdue: open!.overdue,
    /** Of appeals whose action nobody has found yet. */
    unmatchedOverdue: unmatched!.overdue,
    paused: open!.paused,
    bars: Array.from({ length: Math.min(longest, 20) + 1 }, (_, took) => {
      const counted = took < 20 ? [days.get(took)] : [...days].filter(([day]) => day >= 20).map(([, bar]) => bar);
      return { took, inTime: counted.reduce((sum, bar) => sum + (bar?.inTime ?? 0), 0), late: counted.reduce((sum, bar) => sum + (bar?.late ?? 0), 0) };
    }),
  };
}
