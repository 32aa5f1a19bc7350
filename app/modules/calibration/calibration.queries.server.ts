import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { agreementByChannel, agreementByClause, agreementOf, overturnRates, type AppealedGroup, type CaseChannel, type ReviewedSample } from "./agreement";

const windowDays = 365;

interface Row {
  reference: string;
  caseReference: string;
  channel: CaseChannel;
  outcome: "violation" | "no_violation";
  clauses: string[];
  rung: number | null;
  secondOutcome: "violation" | "no_violation";
  secondClauses: string[];
  secondRung: number | null;
  reviewedAt: Date;
}

/** How a case first came to us: by the earliest of its reports and signals. Each decision counts under one channel. */
const channelOf = Prisma.sql`
  COALESCE((SELECT o.channel FROM (SELECT r.channel::text AS channel, r.received_at AS at FROM report r WHERE r.case_id = d.case_id
              UNION ALL SELECT 'signal', g.created_at FROM signal g WHERE g.case_id = d.case_id) o ORDER BY o.at LIMIT 1), 'staff')`;

/**
 * How far two people agree who looked at the same evidence, and what appeals changed: over the last year, with what each figure divides by.
 * A decision that was taken back before its second look is no part of it.
 */
export async function calibrationFigures(deps: Pick<Deps, "db" | "clock">, platformKey: string | null) {
  const now = deps.clock();
  const from = now.minus({ days: windowDays }).toJSDate();
  const platforms = await deps.db.platform.findMany({ orderBy: { name: "asc" }, select: { id: true, key: true, name: true, calibrationShareBp: true } });
  const platform = platforms.find(({ key }) => key === platformKey) ?? null;
  const ofSample = platform ? Prisma.sql`AND s.platform_id = ${platform.id}::uuid` : Prisma.empty;
  const ofDecision = platform ? Prisma.sql`AND d.platform_id = ${platform.id}::uuid` : Prisma.empty;

  const rows = await deps.db.$queryRaw<Row[]>`
    SELECT s.reference, c.reference AS "caseReference", ${channelOf} AS channel, d.outcome::text AS outcome, d.chosen_rung AS rung,
           ARRAY(SELECT DISTINCT cl.code FROM decision_finding f JOIN clause_version v ON v.id = f.clause_version_id JOIN clause cl ON cl.id = v.clause_id WHERE f.decision_id = d.id ORDER BY 1) AS clauses,
           s.outcome::text AS "secondOutcome", s.rung AS "secondRung",
           ARRAY(SELECT cl.code FROM calibration_finding f JOIN clause cl ON cl.id = f.clause_id WHERE f.sample_id = s.id ORDER BY 1) AS "secondClauses",
           s.reviewed_at AS "reviewedAt"
      FROM calibration_sample s JOIN decision d ON d.id = s.decision_id JOIN "case" c ON c.id = s.case_id
     WHERE s.state = 'reviewed' AND s.reviewed_at >= ${from} ${ofSample}
     ORDER BY s.reviewed_at DESC, s.id`;
  const samples: ReviewedSample[] = rows.map((row) => ({
    channel: row.channel,
    original: { outcome: row.outcome, clauses: row.clauses, rung: row.rung },
    second: { outcome: row.secondOutcome, clauses: row.secondClauses, rung: row.secondRung },
  }));
  const differing = rows.filter((row) => row.outcome !== row.secondOutcome || row.clauses.join() !== row.secondClauses.join() || row.rung !== row.secondRung);

  const groups = (key: Prisma.Sql, join: Prisma.Sql) => deps.db.$queryRaw<AppealedGroup[]>`
    WITH d AS (SELECT id, case_id FROM decision d WHERE d.outcome = 'violation' AND d.state IN ('in_effect', 'modified', 'reversed') AND d.effective_at >= ${from} ${ofDecision}),
         ap AS (SELECT a.decision_id, bool_or(l.state IN ('upheld', 'modified', 'overturned')) AS ruled, bool_or(l.state = 'overturned') AS overturned, bool_or(l.state = 'modified') AS modified
                  FROM appeal l JOIN action a ON a.id = l.action_id WHERE a.decision_id IN (SELECT id FROM d) GROUP BY 1)
    SELECT ${key} AS key, count(*)::int AS decisions, count(ap.decision_id)::int AS appealed, count(*) FILTER (WHERE ap.ruled)::int AS ruled,
           count(*) FILTER (WHERE ap.overturned)::int AS overturned, count(*) FILTER (WHERE ap.modified AND NOT ap.overturned)::int AS modified
      FROM d LEFT JOIN ap ON ap.decision_id = d.id ${join}
     GROUP BY 1 ORDER BY 1`;
  const byClause = await groups(Prisma.sql`cl.code`, Prisma.sql`CROSS JOIN LATERAL (SELECT DISTINCT k.code FROM decision_finding f JOIN clause_version v ON v.id = f.clause_version_id JOIN clause k ON k.id = v.clause_id WHERE f.decision_id = d.id) cl`);
  const byChannel = await groups(channelOf, Prisma.empty);
  const all = await groups(Prisma.sql`'all'`, Prisma.empty);

  const [counts] = await deps.db.$queryRaw<{ drawn: number; waiting: number; reviewed: number; decisions: number }[]>`
    SELECT (SELECT count(*)::int FROM calibration_sample s WHERE s.sampled_at >= ${from} ${ofSample}) AS drawn,
           (SELECT count(*)::int FROM calibration_sample s WHERE s.state = 'pending' ${ofSample}) AS waiting,
           (SELECT count(*)::int FROM calibration_sample s WHERE s.state = 'reviewed' AND s.sampled_at >= ${from} ${ofSample}) AS reviewed,
           (SELECT count(*)::int FROM decision d WHERE d.calibration_drawn_at >= ${from} ${ofDecision}
               AND (d.state <> 'reversed' OR EXISTS (SELECT FROM calibration_sample s WHERE s.decision_id = d.id))) AS decisions`;
  return {
    windowDays,
    now: now.toISO(),
    platform: platform?.key ?? null,
    platforms: platforms.map(({ key, name, calibrationShareBp }) => ({ key, name, percent: calibrationShareBp / 100 })),
    counts: counts!,
    agreement: agreementOf(samples),
    byChannel: agreementByChannel(samples),
    byClause: agreementByClause(samples),
    overturns: { all: overturnRates(all)[0] ?? null, byClause: overturnRates(byClause), byChannel: overturnRates(byChannel) },
    differing: differing.slice(0, 20).map(({ reviewedAt, ...row }) => ({ ...row, reviewedAt: reviewedAt.toISOString() })),
    differingCount: differing.length,
  };
}
export type CalibrationFigures = Awaited<ReturnType<typeof calibrationFigures>>;
