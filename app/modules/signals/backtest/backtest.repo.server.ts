import type { DateTime } from "luxon";
import { z } from "zod";
import type { Db, Prisma, Tx } from "~/infra/db.server";
import type { RuleVersion } from "../rules/rule-book";
import { isRuleCode, parametersSchema, ruleModes, type RuleCode } from "../rules/rule-catalogue";
import { backtestTotalsSchema, changeOf, type AccountResult, type BacktestTotals, type Verdict } from "./backtest-totals";

const settingSchema = z.object({ mode: z.enum(ruleModes), parameters: z.record(z.string(), z.union([z.number(), z.array(z.string())])) });
export type Setting = z.output<typeof settingSchema>;
export const settingOf = (json: unknown): Setting => settingSchema.parse(json);

export interface Running {
  id: string;
  platformId: string;
  rule: RuleCode;
  /** Both in force from the beginning of time: the whole span is judged by each. */
  present: RuleVersion;
  candidate: RuleVersion;
  zone: string;
  from: number;
  to: number;
  readFrom: number;
  createdAt: Date;
  shardsDone: number;
  progressOf: number;
}

const ever = (rule: RuleCode, version: number, setting: unknown): RuleVersion => {
  const { mode, parameters } = settingOf(setting);
  return { rule, version, mode, effectiveFrom: 0, parameters: parametersSchema[rule].parse(parameters) } as RuleVersion;
};

/** A back-test that runs; null once it has ended. */
export async function runningBacktest(db: Db, id: string): Promise<Running | null> {
  const row = await db.ruleBacktest.findUnique({ where: { id } });
  if (row?.state !== "running" || !isRuleCode(row.rule)) return null;
  const { platformId, rule, version, presentVersion, present, candidate, zone, spanFrom, spanTo, readFrom, createdAt, shardsDone, progressOf } = row;
  const [from, to] = [spanFrom.getTime(), spanTo.getTime()];
  return { id, platformId, rule, present: ever(rule, presentVersion, present), candidate: ever(rule, version ?? presentVersion + 1, candidate), zone, from, to, readFrom: readFrom.getTime(), createdAt, shardsDone, progressOf };
}

/** Notes how far it is. @returns whether it is still to go on: nobody cancelled it, and nobody else did these accounts */
export async function noteProgress(db: Db, { id, shardsDone }: Running, progress: number, at: Date): Promise<boolean> {
  const { count } = await db.ruleBacktest.updateMany({ where: { id, state: "running", shardsDone }, data: { progress, progressAt: at } });
  return count === 1;
}

export interface LockedBacktest {
  state: string;
  platformId: string;
  rule: string;
  shardsDone: number;
  accountsKept: number;
  events: bigint;
  totals: BacktestTotals;
}

export async function lockBacktest(tx: Tx, id: string): Promise<LockedBacktest | null> {
  const [row] = await tx.$queryRaw<(Omit<LockedBacktest, "totals"> & { totals: unknown })[]>`
    SELECT state::text AS state, platform_id AS "platformId", rule, shards_done AS "shardsDone", accounts_kept AS "accountsKept", events, totals FROM rule_backtest WHERE id = ${id}::uuid FOR UPDATE`;
  return row ? { ...row, totals: backtestTotalsSchema.parse(row.totals) } : null;
}

export const updateBacktest = (tx: Tx, id: string, data: Prisma.RuleBacktestUncheckedUpdateInput): Promise<unknown> => tx.ruleBacktest.update({ where: { id }, data, select: { id: true } });

/** The clause a rule watches over, with the times in which it was in force. */
export async function clauseOfRule(db: Db, code: string): Promise<{ id: string; area: string; inForce(instant: number): boolean } | null> {
  const clause = await db.clause.findUnique({ where: { code }, select: { id: true, area: true, versions: { select: { policyVersion: { select: { state: true, effectiveFrom: true, effectiveTo: true } } } } } });
  if (!clause) return null;
  const times = clause.versions.flatMap(({ policyVersion: { state, effectiveFrom, effectiveTo } }) =>
    (state === "in_force" || state === "superseded") && effectiveFrom ? [{ from: effectiveFrom.getTime(), to: effectiveTo?.getTime() ?? Infinity }] : [],
  );
  return { id: clause.id, area: clause.area, inForce: (instant) => times.some(({ from, to }) => from <= instant && instant < to) };
}

/** How many signals of the rule about this span stand, by account; those of a shadow too. */
export async function firedSignals(db: Db, { platformId, rule, from, to }: Pick<Running, "platformId" | "rule" | "from" | "to">): Promise<Map<string, number>> {
  const [begins, ends] = [new Date(from), new Date(to)];
  // A day's signal begins with its day. An episode's window begins a day before what it is about, which its key tells.
  const rows = await db.$queryRaw<{ accountId: string; signals: number }[]>`
    SELECT account_id AS "accountId", count(*)::int AS signals FROM signal
     WHERE platform_id = ${platformId}::uuid AND rule = ${rule} AND retracted_at IS NULL AND window_start < ${ends} AND window_end > ${begins}
       AND CASE WHEN rule = 'opt_out_spike' THEN split_part(dedupe_key, ':', 4)::bigint BETWEEN ${BigInt(from)} AND ${BigInt(to - 1)} ELSE window_start >= ${begins} END
     GROUP BY account_id`;
  return new Map(rows.map(({ accountId, signals }) => [accountId, signals]));
}

/** These accounts that are still there, and cannot go until the transaction ends. */
export async function holdAccounts(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM account WHERE id = ANY (${[...ids]}::uuid[]) ORDER BY id FOR KEY SHARE`;
  return new Set(rows.map(({ id }) => id));
}

/** What people decided about these accounts in an area since an instant: the worst that stands, of equals the latest. */
export async function verdictsOf(tx: Tx, accountIds: readonly string[], clause: { id: string; area: string }, since: Date): Promise<Map<string, { verdict: Verdict; decisionId: string }>> {
  const rows = await tx.$queryRaw<{ accountId: string; decisionId: string; verdict: Verdict }[]>`
    SELECT DISTINCT ON (account_id) account_id AS "accountId", id AS "decisionId", verdict
      FROM (SELECT d.account_id, d.id, d.decided_at,
                   CASE WHEN NOT EXISTS (SELECT FROM decision_finding g JOIN clause_version v ON v.id = g.clause_version_id WHERE g.decision_id = d.id AND v.clause_id = ${clause.id}::uuid) THEN 'no_breach'
                        WHEN d.state = 'reversed' OR x.imposed > 0 AND x.imposed = x.reversed THEN 'overturned'
                        ELSE 'breach' END AS verdict
              FROM decision d
              JOIN "case" k ON k.id = d.case_id
             CROSS JOIN LATERAL (SELECT count(*) AS imposed, count(*) FILTER (WHERE state = 'reversed') AS reversed FROM action
                                  WHERE decision_id = d.id AND state NOT IN ('proposed', 'awaiting_approval', 'rejected')) x
             WHERE d.account_id = ANY (${[...accountIds]}::uuid[]) AND k.area = ${clause.area} AND d.decided_at >= ${since} AND d.state NOT IN ('awaiting_approval', 'rejected', 'withdrawn')) decided
     ORDER BY account_id, array_position(ARRAY['breach', 'overturned', 'no_breach'], verdict), decided_at DESC`;
  return new Map(rows.map(({ accountId, ...found }) => [accountId, found]));
}

export async function keepResults(tx: Tx, backtestId: string, results: readonly AccountResult[]): Promise<void> {
  await tx.ruleBacktestAccount.createMany({
    data: results.map((result) => ({ backtestId, change: changeOf(result), weight: Math.max(result.presentSignals, result.candidateSignals, result.firedSignals), ...result })),
  });
}

/** The latest back-test of exactly these parameters that was finished. */
export async function backtestOfParameters(tx: Tx, platformId: string, rule: RuleCode, parameters: Setting["parameters"]): Promise<string | null> {
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM rule_backtest WHERE platform_id = ${platformId}::uuid AND rule = ${rule} AND state = 'finished' AND candidate -> 'parameters' = ${JSON.stringify(parameters)}::jsonb
     ORDER BY created_at DESC, id DESC LIMIT 1`;
  return row?.id ?? null;
}

export async function standingStill(tx: Tx, since: DateTime): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM rule_backtest WHERE state = 'running' AND progress_at < ${since.toJSDate()} ORDER BY progress_at LIMIT 100 FOR UPDATE SKIP LOCKED`;
  return rows.map(({ id }) => id);
}
