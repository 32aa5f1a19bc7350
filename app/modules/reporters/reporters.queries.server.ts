import type { DateTime } from "luxon";
import type { Db, Tx } from "~/infra/db.server";
import { judgedReports, pastMeasures } from "./reporter-measure.repo.server";
import { countedDays, reporterRecord, thresholds, type ReporterRecord } from "./reporter-record";

export interface ReporterRow {
  id: string;
  platform: string;
  zone: string;
  unfounded: number;
  judged: number;
  total: number;
  warned: boolean;
  mutedUntil: string | null;
  objectionDueAt: string | null;
}

const listed = 100;

/**
 * Reporters worth a look: those under a measure, those with an objection to answer, and those with as many unfounded
 * reports as a measure takes. Open objections come first, then the most unfounded.
 */
export async function reportersToWatch(db: Db, now: DateTime): Promise<ReporterRow[]> {
  const rows = await db.$queryRaw<(Omit<ReporterRow, "mutedUntil" | "objectionDueAt"> & { mutedUntil: Date | null; objectionDueAt: Date | null })[]>`
    WITH figures AS (
      SELECT reporter_id,
             count(*)::int AS total,
             count(*) FILTER (WHERE (state = 'resolved' AND outcome = 'no_violation') OR (state = 'dismissed' AND dismissal_reason = 'not_a_report'))::int AS unfounded,
             count(*) FILTER (WHERE (state = 'resolved' AND outcome IN ('no_violation', 'action_taken')) OR (state = 'dismissed' AND dismissal_reason = 'not_a_report'))::int AS judged
        FROM report
       WHERE reporter_id IS NOT NULL AND received_at >= ${now.minus({ days: countedDays }).toJSDate()}
       GROUP BY reporter_id
    )
    SELECT r.id, p.name AS platform, p.zone, coalesce(f.unfounded, 0) AS unfounded, coalesce(f.judged, 0) AS judged, coalesce(f.total, 0) AS total,
           coalesce(m.warned, false) AS warned, m.muted_until AS "mutedUntil", m.due AS "objectionDueAt"
      FROM reporter r
      JOIN platform p ON p.id = r.platform_id
      LEFT JOIN figures f ON f.reporter_id = r.id
      LEFT JOIN LATERAL (
        SELECT bool_or(x.kind = 'warning' AND x.state = 'active') AS warned,
               max(x.ends_at) FILTER (WHERE x.kind = 'mute' AND x.state = 'active') AS muted_until,
               min(x.objection_due_at) FILTER (WHERE x.ruling IS NULL) AS due
          FROM reporter_measure x WHERE x.reporter_id = r.id) m ON true
     WHERE f.unfounded >= ${Math.min(thresholds.warning.unfounded, thresholds.mute.unfounded)} OR m.warned OR m.muted_until IS NOT NULL OR m.due IS NOT NULL
     ORDER BY m.due NULLS LAST, f.unfounded DESC NULLS LAST, r.id
     LIMIT ${listed}`;
  return rows.map((row) => ({ ...row, mutedUntil: row.mutedUntil?.toISOString() ?? null, objectionDueAt: row.objectionDueAt?.toISOString() ?? null }));
}

const measureColumns = {
  id: true,
  reference: true,
  kind: true,
  state: true,
  unfounded: true,
  judged: true,
  reason: true,
  deciderId: true,
  startsAt: true,
  endsAt: true,
  informedAt: true,
  endedAt: true,
  objection: true,
  objectedAt: true,
  objectionLate: true,
  objectionDueAt: true,
  ruling: true,
  grounds: true,
  ruledById: true,
  ruledAt: true,
} as const;

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;

async function measuresOf(db: Tx, reporterId: string) {
  const rows = await db.reporterMeasure.findMany({ where: { reporterId }, orderBy: { startsAt: "desc" }, take: 50, select: { ...measureColumns, _count: { select: { setAside: true } } } });
  return rows.map(({ _count, startsAt, endsAt, informedAt, endedAt, objectedAt, objectionDueAt, ruledAt, ...row }) => ({
    ...row,
    setAside: _count.setAside,
    startsAt: startsAt.toISOString(),
    endsAt: iso(endsAt),
    informedAt: iso(informedAt),
    endedAt: iso(endedAt),
    objectedAt: iso(objectedAt),
    objectionDueAt: iso(objectionDueAt),
    ruledAt: iso(ruledAt),
  }));
}

export type MeasureRow = Awaited<ReturnType<typeof measuresOf>>[number];

export interface ReporterPage {
  id: string;
  platform: { id: string; name: string; zone: string };
  kind: string;
  hasAddress: boolean;
  language: string;
  createdAt: string;
  record: ReporterRecord;
  measures: MeasureRow[];
  /** Names of the colleagues in the measures, by id. */
  names: Record<string, string>;
  reports: { id: string; reference: string; state: string; outcome: string | null; dismissalReason: string | null; receivedAt: string; setAside: boolean; caseReference: string | null }[];
}

/** Everything staff see of one reporter; who it is stays sealed. */
export async function reporterPage(db: Db, id: string, now: DateTime): Promise<ReporterPage | null> {
  const reporter = await db.reporter.findUnique({ where: { id } });
  if (!reporter) return null;
  const [platform, measures, reports, judged, past] = await Promise.all([
    db.platform.findUniqueOrThrow({ where: { id: reporter.platformId }, select: { id: true, name: true, zone: true } }),
    measuresOf(db, id),
    db.report.findMany({
      where: { reporterId: id },
      orderBy: { receivedAt: "desc" },
      take: 50,
      select: { id: true, reference: true, state: true, outcome: true, dismissalReason: true, receivedAt: true, setAsideById: true, case: { select: { reference: true } } },
    }),
    judgedReports(db, id, now),
    pastMeasures(db, id),
  ]);
  const colleagues = await db.staff.findMany({ where: { id: { in: measures.flatMap(({ deciderId, ruledById }) => (ruledById ? [deciderId, ruledById] : [deciderId])) } }, select: { id: true, name: true } });
  return {
    id,
    platform,
    kind: reporter.kind,
    hasAddress: reporter.emailSealed !== null,
    language: reporter.language,
    createdAt: reporter.createdAt.toISOString(),
    record: reporterRecord(judged, past, now),
    measures,
    names: Object.fromEntries(colleagues.map(({ id: colleague, name }) => [colleague, name])),
    reports: reports.map(({ setAsideById, case: joined, ...report }) => ({ ...report, receivedAt: report.receivedAt.toISOString(), setAside: setAsideById !== null && report.state === "received", caseReference: joined?.reference ?? null })),
  };
}

/** What a reporter sees of the measures against them by their private link: who decided stays inside. */
export async function reporterStanding(db: Db, reporterId: string) {
  const reporter = await db.reporter.findUnique({ where: { id: reporterId }, select: { language: true, platformId: true } });
  if (!reporter) return null;
  const [platform, measures] = await Promise.all([
    db.platform.findUniqueOrThrow({ where: { id: reporter.platformId }, select: { name: true, zone: true, appealWindowDays: true, appealSlaBusinessDays: true } }),
    measuresOf(db, reporterId),
  ]);
  return { language: reporter.language, platform, measures: measures.map(({ deciderId: _d, ruledById: _r, ...measure }) => measure) };
}
