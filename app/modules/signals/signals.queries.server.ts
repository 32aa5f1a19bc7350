import { type DateTime } from "luxon";
import { z } from "zod";
import { Prisma, type Db } from "~/infra/db.server";
import type { RuleMode } from "./rules/rule-catalogue";
import type { SignalFilter } from "./signal-filter.schema";
import { mostNew, type SignalPulse, type SignalUpdate } from "./signal-pulse";

export const signalPageSize = 50;

export interface SignalRow {
  id: string;
  rule: string;
  version: number;
  mode: RuleMode;
  score: number;
  observed: number;
  threshold: number;
  measures: Record<string, number>;
  windowStart: Date;
  windowEnd: Date;
  createdAt: Date;
  retractedAt: Date | null;
  ambiguous: boolean;
  clause: string;
  accountId: string;
  accountName: string;
  caseId: string | null;
  caseReference: string | null;
}

const measuresSchema = z.record(z.string(), z.number().catch(0)).catch({});

const columns = Prisma.sql`
  s.id, s.rule, s.rule_version AS version, s.mode::text AS mode, s.score, s.observed::float8 AS observed, s.threshold::float8 AS threshold, s.measures,
  s.window_start AS "windowStart", s.window_end AS "windowEnd", s.created_at AS "createdAt", s.retracted_at AS "retractedAt", s.ambiguous, k.code AS clause,
  a.id AS "accountId", a.business_name AS "accountName", s.case_id AS "caseId", c.reference AS "caseReference"`;
const sources = Prisma.sql`JOIN clause k ON k.id = s.clause_id JOIN account a ON a.id = s.account_id LEFT JOIN "case" c ON c.id = s.case_id`;

function place(text: string | undefined): { createdAt: Date; id: string } | null {
  const [, millis, id] = /^(\d{1,14})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? "") ?? [];
  return millis && id ? { createdAt: new Date(Number(millis)), id } : null;
}

const placeOf = ({ createdAt, id }: { createdAt: Date; id: string }): string => `${createdAt.getTime()}.${id}`;

function conditions(platformId: string, { rule, mode, state, case: withCase, account }: SignalFilter): Prisma.Sql {
  const all = [
    Prisma.sql`s.platform_id = ${platformId}::uuid`,
    rule ? Prisma.sql`s.rule = ${rule}` : null,
    mode ? Prisma.sql`s.mode = ${mode}::rule_mode` : null,
    state === "standing" ? Prisma.sql`s.retracted_at IS NULL` : null,
    state === "taken_back" ? Prisma.sql`s.retracted_at IS NOT NULL` : null,
    withCase === "with" ? Prisma.sql`s.case_id IS NOT NULL` : null,
    withCase === "without" ? Prisma.sql`s.case_id IS NULL` : null,
    account ? Prisma.sql`s.account_id = (SELECT id FROM account WHERE platform_id = ${platformId}::uuid AND external_id = ${account})` : null,
  ].filter((part) => part !== null);
  return Prisma.join(all, " AND ");
}

const row = ({ measures, ...rest }: Omit<SignalRow, "measures"> & { measures: unknown }): SignalRow => ({ ...rest, measures: measuresSchema.parse(measures) });

/** One page of a platform's signals, newest first, by keyset. */
export async function signalPage(db: Db, platformId: string, filter: SignalFilter): Promise<{ rows: SignalRow[]; next: string | null }> {
  const after = place(filter.after);
  const rows = await db.$queryRaw<Parameters<typeof row>[0][]>`
    SELECT ${columns} FROM signal s ${sources}
     WHERE ${conditions(platformId, filter)} ${after ? Prisma.sql`AND (s.created_at, s.id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)` : Prisma.empty}
     ORDER BY s.created_at DESC, s.id DESC LIMIT ${signalPageSize + 1}`;
  const shown = rows.slice(0, signalPageSize).map(row);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > signalPageSize && last ? placeOf(last) : null };
}

/** Where a list begins now: what comes later is new to whoever reads it. Before everything while it is empty. */
export async function newestSignal(db: Db, platformId: string, filter: SignalFilter): Promise<string> {
  const [first] = await db.$queryRaw<{ createdAt: Date; id: string }[]>`
    SELECT s.created_at AS "createdAt", s.id FROM signal s WHERE ${conditions(platformId, filter)} ORDER BY s.created_at DESC, s.id DESC LIMIT 1`;
  return placeOf(first ?? { createdAt: new Date(0), id: "00000000-0000-7000-8000-000000000000" });
}

/** What changed since a list was made: how many signals of its filter are new, 50 at most, and where those it shows stand. */
export async function signalPulse(db: Db, platformId: string, filter: SignalFilter, seen: { marker: string; ids: readonly string[] }): Promise<SignalPulse> {
  const since = place(seen.marker);
  const [count] = since
    ? await db.$queryRaw<{ fresh: number }[]>`
        SELECT count(*)::int AS fresh FROM (SELECT FROM signal s WHERE ${conditions(platformId, filter)} AND (s.created_at, s.id) > (${since.createdAt}::timestamptz, ${since.id}::uuid) LIMIT ${mostNew}) newer`
    : [];
  const listed = await db.$queryRaw<SignalUpdate[]>`
    SELECT s.id, s.score, s.retracted_at IS NOT NULL AS retracted, c.reference AS "caseReference" FROM signal s LEFT JOIN "case" c ON c.id = s.case_id
     WHERE s.platform_id = ${platformId}::uuid AND s.id = ANY (${[...seen.ids]}::uuid[])`;
  return { fresh: count?.fresh ?? 0, listed };
}

export interface ProvingRow {
  eventId: string;
  occurredAt: Date;
  type: string;
  category: string | null;
  contact: string | null;
  ambiguous: boolean;
  templateId: string | null;
  businessName: string | null;
}

/** One signal with the events that prove it; their contacts are masked where they are kept. */
export async function signalById(db: Db, id: string) {
  const [found] = await db.$queryRaw<(Parameters<typeof row>[0] & { eventCount: number; selects: boolean; points: number; zone: string; platformKey: string; platformName: string })[]>`
    SELECT ${columns}, cardinality(s.event_ids) AS "eventCount", jsonb_array_length(s.selectors) > 0 AS selects, s.points::float8 AS points, p.zone, p.key AS "platformKey", p.name AS "platformName"
      FROM signal s ${sources} JOIN platform p ON p.id = s.platform_id
     WHERE s.id = ${id}::uuid`;
  if (!found) return null;
  const { eventCount, selects, points, zone, platformKey, platformName } = found;
  const events = await db.$queryRaw<ProvingRow[]>`
    SELECT event_id AS "eventId", occurred_at AS "occurredAt", type, category, contact, ambiguous, template_id AS "templateId", business_name AS "businessName"
      FROM signal_event WHERE signal_id = ${id}::uuid ORDER BY occurred_at, event_id LIMIT 200`;
  return { signal: row(found), eventCount, selects, points, platform: { key: platformKey, name: platformName, zone }, events };
}

export interface Performance {
  rule: string;
  version: number;
  mode: RuleMode;
  fired: number;
  takenBack: number;
  inCase: number;
  /** Of those in a case that was decided. */
  decided: number;
  /** Of the decided: that led to an action for the very clause. */
  acted: number;
  /** Of those: whose action was undone. */
  overturned: number;
}

/**
 * How each version of each rule did since an instant. A signal led to an action when the decision of its case found a
 * breach of the signal's clause and imposed something; it was overturned when all of that was reversed.
 */
export const rulePerformance = (db: Db, platformId: string, since: DateTime): Promise<Performance[]> => db.$queryRaw`
  WITH fired AS (
    SELECT rule, rule_version, mode, retracted_at, case_id, clause_id FROM signal WHERE platform_id = ${platformId}::uuid AND created_at >= ${since.toJSDate()}
  ), outcome AS (
    SELECT f.case_id, f.clause_id, bool_or(x.id IS NOT NULL AND v.id IS NOT NULL) AS acted, bool_or(x.state <> 'reversed' AND v.id IS NOT NULL) AS stands
      FROM (SELECT DISTINCT case_id, clause_id FROM fired WHERE case_id IS NOT NULL) f
      JOIN decision d ON d.case_id = f.case_id AND d.state NOT IN ('awaiting_approval', 'rejected', 'withdrawn')
      LEFT JOIN action x ON x.decision_id = d.id AND x.state NOT IN ('proposed', 'awaiting_approval', 'rejected')
      LEFT JOIN decision_finding g ON g.decision_id = d.id AND g.clause_version_id IN (SELECT id FROM clause_version WHERE clause_id = f.clause_id)
      LEFT JOIN clause_version v ON v.id = g.clause_version_id
     GROUP BY f.case_id, f.clause_id
  )
  SELECT f.rule, f.rule_version AS version, f.mode::text AS mode, count(*)::int AS fired, count(f.retracted_at)::int AS "takenBack", count(f.case_id)::int AS "inCase",
         count(o.case_id)::int AS decided, count(*) FILTER (WHERE o.acted)::int AS acted, count(*) FILTER (WHERE o.acted AND NOT coalesce(o.stands, false))::int AS overturned
    FROM fired f LEFT JOIN outcome o ON o.case_id = f.case_id AND o.clause_id = f.clause_id
   GROUP BY f.rule, f.rule_version, f.mode ORDER BY f.rule, f.rule_version DESC, f.mode`;
