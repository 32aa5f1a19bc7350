import type { Db, Tx } from "~/infra/db.server";
import type { EventSelector, Finding } from "../rules/finding";
import type { RuleCode, RuleMode } from "../rules/rule-catalogue";
import { hasEarlier, mostEventIds, mostExamples, type DayTotals } from "../rules/signals-of-findings";

/** A signal in the making: the findings of one account, rule, version and day or episode. */
export interface Group {
  key: string;
  platformId: string;
  accountId: string;
  rule: RuleCode;
  version: number;
  mode: RuleMode;
  /** Civil day of the platform; null for an episode. */
  day: number | null;
  /** When the day or episode is over; milliseconds since 1970. */
  endsAt: number;
  /** Findings, when the signal was last written. */
  size: number;
  /** What they were measured by then. */
  denominator: number | null;
  /** The signal does not say what is known. */
  due: boolean;
}

export type FindingOfGroup = Finding & { signalKey: string };

/**
 * Writes findings that are new or differ, and takes back those that do not hold; what stands already stays, so that the
 * same change may come again.
 *
 * @returns the keys of the groups in which something changed
 */
export async function saveFindings(tx: Tx, platformId: string, put: readonly FindingOfGroup[], retract: readonly string[]): Promise<Set<string>> {
  const changed = new Set<string>();
  if (retract.length > 0) {
    const gone = await tx.$queryRaw<{ key: string }[]>`
      DELETE FROM stream.finding WHERE platform_id = ${platformId}::uuid AND key = ANY (${retract}::text[]) RETURNING signal_key AS key`;
    for (const { key } of gone) changed.add(key);
  }
  for (let from = 0; from < put.length; from += 2_000) {
    const rows = put.slice(from, from + 2_000).map(({ key, signalKey, at, window, observed, threshold, ambiguous, contact, proof, also, measures }) => ({ key, signal_key: signalKey, at, window_from: window.from, window_to: window.to, observed, threshold, ambiguous, contact, proof, also, measures }));
    const json = JSON.stringify(rows);
    // What a finding moved away from changes too: a rule's new version may judge it in another group.
    const moved = await tx.$queryRaw<{ key: string }[]>`
      WITH incoming AS (
        SELECT * FROM json_to_recordset(${json}::json)
          AS f (key text, signal_key text, at bigint, window_from bigint, window_to bigint, observed float8, threshold float8, ambiguous boolean, contact text, proof text[], also jsonb, measures jsonb)
      ), before AS (
        SELECT o.signal_key FROM incoming f JOIN stream.finding o ON o.platform_id = ${platformId}::uuid AND o.key = f.key WHERE o.signal_key <> f.signal_key
      ), written AS (
        INSERT INTO stream.finding AS o (platform_id, key, signal_key, at, window_from, window_to, observed, threshold, ambiguous, contact, proof, also, measures)
        SELECT ${platformId}::uuid, f.* FROM incoming f ORDER BY f.key
        ON CONFLICT (platform_id, key) DO UPDATE
          SET signal_key = excluded.signal_key, at = excluded.at, window_from = excluded.window_from, window_to = excluded.window_to, observed = excluded.observed,
              threshold = excluded.threshold, ambiguous = excluded.ambiguous, contact = excluded.contact, proof = excluded.proof, also = excluded.also, measures = excluded.measures
        WHERE (o.signal_key, o.at, o.window_from, o.window_to, o.observed, o.threshold, o.ambiguous, o.contact, o.proof, o.also, o.measures)
              IS DISTINCT FROM (excluded.signal_key, excluded.at, excluded.window_from, excluded.window_to, excluded.observed, excluded.threshold, excluded.ambiguous, excluded.contact, excluded.proof, excluded.also, excluded.measures)
        RETURNING signal_key
      )
      SELECT signal_key AS key FROM written UNION SELECT signal_key FROM before`;
    for (const { key } of moved) changed.add(key);
  }
  return changed;
}

export async function saveGroups(tx: Tx, shard: number, groups: readonly Group[], at: Date): Promise<void> {
  if (groups.length === 0) return;
  const rows = groups.map(({ key, platformId, accountId, rule, version, mode, day, endsAt, size, denominator, due }) => ({ key, platform: platformId, account: accountId, rule, version, mode, day, ends_at: endsAt, size, denominator, due, proof: hasEarlier(rule) }));
  await tx.$executeRaw`
    INSERT INTO stream.finding_group (signal_key, shard, platform_id, account_id, rule, version, mode, day, ends_at, size, denominator, due, proof_pending, refreshed_at)
    SELECT g.key, ${shard}::smallint, g.platform, g.account, g.rule, g.version, g.mode, g.day, g.ends_at, g.size, g.denominator, g.due, g.proof, ${at}
      FROM json_to_recordset(${JSON.stringify(rows)}::json)
        AS g (key text, platform uuid, account uuid, rule text, version int, mode rule_mode, day int, ends_at bigint, size int, denominator bigint, due boolean, proof boolean)
    ON CONFLICT (signal_key) DO UPDATE SET ends_at = excluded.ends_at, size = excluded.size, denominator = excluded.denominator, due = excluded.due, proof_pending = excluded.proof_pending, refreshed_at = excluded.refreshed_at`;
}

export interface GatheredFindings {
  totals: DayTotals;
  /** In their order; where there are more than a signal lists, the first. */
  listed: Finding[];
}

interface FindingRow {
  key: string;
  at: number;
  from: number;
  to: number;
  observed: number;
  threshold: number;
  ambiguous: boolean;
  contact: string | null;
  proof: string[];
  also: EventSelector | null;
  measures: Record<string, number>;
}

/** Everything a signal is made of; null when nothing is left of it. */
export async function gatherFindings(tx: Tx, { key, accountId, rule, version, mode }: Group): Promise<GatheredFindings | null> {
  const rows = await tx.$queryRaw<FindingRow[]>`
    SELECT key, at::float8 AS at, window_from::float8 AS "from", window_to::float8 AS "to", observed, threshold, ambiguous, contact, proof, also, measures
      FROM stream.finding WHERE signal_key = ${key} ORDER BY at, key LIMIT ${mostEventIds}`;
  if (rows.length === 0) return null;
  const listed = rows.map(({ from, to, ...row }): Finding => ({ ...row, rule, version, mode, accountId, window: { from, to } }));
  if (rows.length < mostEventIds) {
    return { listed, totals: { breaches: rows.length, contacts: new Set(rows.map(({ contact }) => contact)).size, ambiguous: rows.filter(({ ambiguous }) => ambiguous).length } };
  }
  const [totals] = await tx.$queryRaw<DayTotals[]>`
    SELECT count(*)::int AS breaches, count(DISTINCT coalesce(contact, ''))::int AS contacts, count(*) FILTER (WHERE ambiguous)::int AS ambiguous FROM stream.finding WHERE signal_key = ${key}`;
  return { listed, totals: totals! };
}

/** Forgets groups of days and episodes that ended before this, with their findings; not of accounts that are set aside, whose events are still to be judged. */
export async function forgetFindings(tx: Tx, before: number, most: number): Promise<{ groups: number; findings: number }> {
  const gone = await tx.$queryRaw<{ key: string }[]>`
    DELETE FROM stream.finding_group WHERE signal_key IN (SELECT signal_key FROM stream.finding_group g WHERE ends_at < ${String(before)}::bigint AND NOT EXISTS (SELECT FROM stream.quarantined_account q WHERE q.account_id = g.account_id) ORDER BY ends_at LIMIT ${most} FOR UPDATE SKIP LOCKED) RETURNING signal_key AS key`;
  const findings = gone.length === 0 ? 0 : await tx.$executeRaw`DELETE FROM stream.finding WHERE signal_key = ANY (${gone.map(({ key }) => key)}::text[])`;
  return { groups: gone.length, findings };
}

export interface PendingProof {
  key: string;
  shard: number;
  accountId: string;
  rule: RuleCode;
}

/** Groups whose signals may lack copies of earlier messages. */
export const pendingProofs = (db: Db, most: number): Promise<PendingProof[]> => db.$queryRaw`
  SELECT signal_key AS key, shard::int AS shard, account_id AS "accountId", rule FROM stream.finding_group WHERE proof_pending ORDER BY shard LIMIT ${most}`;

/** The findings whose messages a signal shows, in their order, by the signal's key. */
export async function shownFindings(db: Tx, keys: readonly string[]): Promise<Map<string, { proof: string[]; from: number; to: number }[]>> {
  const rows = await db.$queryRaw<{ key: string; proof: string[]; from: number; to: number }[]>`
    SELECT k.key, f.proof, f.window_from::float8 AS "from", f.window_to::float8 AS "to"
      FROM unnest(${keys}::text[]) AS k(key)
     CROSS JOIN LATERAL (SELECT * FROM stream.finding WHERE signal_key = k.key ORDER BY at, key LIMIT ${mostExamples}) f
     ORDER BY k.key, f.at, f.key`;
  const shown = new Map<string, { proof: string[]; from: number; to: number }[]>(keys.map((key) => [key, []]));
  for (const { key, ...finding } of rows) shown.get(key)!.push(finding);
  return shown;
}

export async function proofIsThere(tx: Tx, keys: readonly string[]): Promise<void> {
  await tx.$executeRaw`UPDATE stream.finding_group SET proof_pending = false WHERE signal_key = ANY (${keys}::text[])`;
}
