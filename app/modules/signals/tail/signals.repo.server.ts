import type { Db, Tx } from "~/infra/db.server";
import type { Severity } from "../../policy/severity";
import type { Signal } from "../rules/signals-of-findings";

/** The clause a signal is about, as it read at the end of what was looked at. */
export interface SignalClause {
  clauseId: string;
  area: string;
  severity: Severity;
}

/** @param asked clause codes with the instants at which they have to be in force */
export async function clausesAt(tx: Tx, platformId: string, asked: readonly { code: string; at: number }[]): Promise<(SignalClause | null)[]> {
  const rows = await tx.$queryRaw<({ n: number } & SignalClause)[]>`
    SELECT a.n::int AS n, c.id AS "clauseId", c.area, v.severity::text AS severity
      FROM unnest(${asked.map(({ code }) => code)}::text[], ${asked.map(({ at }) => new Date(at).toISOString())}::timestamptz[]) WITH ORDINALITY AS a (code, at, n)
      JOIN policy p ON p.platform_id = ${platformId}::uuid
      JOIN clause c ON c.policy_id = p.id AND c.code = a.code
     CROSS JOIN LATERAL (SELECT cv.severity FROM clause_version cv JOIN policy_version pv ON pv.id = cv.policy_version_id
                          WHERE cv.clause_id = c.id AND pv.state IN ('in_force', 'superseded') AND pv.effective_from <= a.at AND (pv.effective_to IS NULL OR pv.effective_to > a.at) LIMIT 1) v`;
  const found = new Map(rows.map(({ n, ...clause }) => [n, clause]));
  return asked.map((_asked, index) => found.get(index + 1) ?? null);
}

/** Orders everything that happens to these accounts; in the order of their ids, as everybody does. */
export async function lockAccounts(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM account WHERE id = ANY (${[...new Set(ids)]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  return new Set(rows.map(({ id }) => id));
}

export interface StandingSignal {
  id: string;
  key: string;
  caseId: string | null;
  mode: string;
  retracted: boolean;
}

export async function signalsByKey(tx: Tx, keys: readonly string[]): Promise<Map<string, StandingSignal>> {
  const rows = await tx.$queryRaw<StandingSignal[]>`
    SELECT id, dedupe_key AS key, case_id AS "caseId", mode::text AS mode, retracted_at IS NOT NULL AS retracted FROM signal WHERE dedupe_key = ANY (${keys}::text[])`;
  return new Map(rows.map((row) => [row.key, row]));
}

export type WrittenSignal = Signal & { id: string; points: number; clauseId: string };

/** Writes signals as they are now; one that was taken back joins a case anew. @returns the keys of those that changed by it */
export async function writeSignals(tx: Tx, platformId: string, signals: readonly WrittenSignal[], at: Date): Promise<Set<string>> {
  const rows = signals.map(({ id, key, accountId, clauseId, rule, version, mode, window, observed, threshold, measures, eventIds, also, score, points, ambiguous }) => ({
    id,
    key,
    account: accountId,
    clause: clauseId,
    rule,
    version,
    mode,
    window_start: new Date(window.from),
    window_end: new Date(window.to),
    observed,
    threshold,
    measures,
    event_ids: eventIds,
    selectors: also,
    score,
    points,
    ambiguous,
  }));
  const written = await tx.$queryRaw<{ key: string }[]>`
    INSERT INTO signal AS o (id, platform_id, account_id, clause_id, rule, rule_version, mode, window_start, window_end, observed, threshold, measures, event_ids, selectors, score, points, ambiguous, dedupe_key, created_at)
    SELECT s.id, ${platformId}::uuid, s.account, s.clause, s.rule, s.version, s.mode, s.window_start, s.window_end, s.observed, s.threshold, s.measures, s.event_ids, s.selectors, s.score, s.points, s.ambiguous, s.key, ${at}
      FROM json_to_recordset(${JSON.stringify(rows)}::json)
        AS s (id uuid, key text, account uuid, clause uuid, rule text, version int, mode rule_mode, window_start timestamptz, window_end timestamptz, observed numeric(18, 6), threshold numeric(18, 6),
              measures jsonb, event_ids text[], selectors jsonb, score int, points numeric(8, 2), ambiguous boolean)
    ON CONFLICT (dedupe_key) DO UPDATE
      SET window_end = excluded.window_end, observed = excluded.observed, threshold = excluded.threshold, measures = excluded.measures, event_ids = excluded.event_ids, selectors = excluded.selectors,
          score = excluded.score, points = excluded.points, ambiguous = excluded.ambiguous, clause_id = excluded.clause_id,
          case_id = CASE WHEN o.retracted_at IS NULL THEN o.case_id END, retracted_at = NULL, updated_at = ${at}
    WHERE o.retracted_at IS NOT NULL
       OR (o.window_end, o.observed, o.threshold, o.measures, o.event_ids, o.selectors, o.score, o.points, o.ambiguous, o.clause_id)
          IS DISTINCT FROM (excluded.window_end, excluded.observed, excluded.threshold, excluded.measures, excluded.event_ids, excluded.selectors, excluded.score, excluded.points, excluded.ambiguous, excluded.clause_id)
    RETURNING dedupe_key AS key`;
  return new Set(written.map(({ key }) => key));
}

/** Keeps their rows, for a decision may rest on them. */
export async function retractSignals(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  await tx.$executeRaw`UPDATE signal SET retracted_at = ${at}, updated_at = ${at} WHERE id = ANY (${ids}::uuid[])`;
}

export interface CopiedEvent {
  signalId: string;
  eventId: string;
  occurredAt: Date;
  type: string;
  category: string | null;
  contact: string | null;
  ambiguous: boolean;
  templateId: string | null;
  templateApproved: boolean | null;
  businessName: string | null;
  hasOptOutInstructions: boolean | null;
  consentMethod: string | null;
  consentAt: Date | null;
}

/** Which events of these signals are on record already. */
export async function copiedEvents(tx: Tx, signalIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const rows = await tx.$queryRaw<{ signalId: string; eventId: string }[]>`SELECT signal_id AS "signalId", event_id AS "eventId" FROM signal_event WHERE signal_id = ANY (${signalIds}::uuid[])`;
  const copied = new Map(signalIds.map((id) => [id, new Set<string>()]));
  for (const { signalId, eventId } of rows) copied.get(signalId)!.add(eventId);
  return copied;
}

/** Adds copies, and takes away those of events that do not prove the signal any more. */
export async function copyEvents(tx: Tx, copies: readonly CopiedEvent[], gone: readonly { signalId: string; eventId: string }[]): Promise<void> {
  if (gone.length > 0) {
    await tx.$executeRaw`
      DELETE FROM signal_event WHERE (signal_id, event_id) IN (SELECT * FROM unnest(${gone.map(({ signalId }) => signalId)}::uuid[], ${gone.map(({ eventId }) => eventId)}::text[]))`;
  }
  if (copies.length > 0) await tx.signalEvent.createMany({ data: [...copies], skipDuplicates: true });
}

export interface UnattachedSignal {
  id: string;
  accountId: string;
  area: string;
  rule: string;
  mode: string;
  severity: Severity;
  points: number;
  windowEnd: number;
  /** The account has an open case in that area. */
  hasCase: boolean;
}

/** Signals of these accounts that count and that no case has yet, oldest first. */
export async function unattachedSignals(tx: Tx, accountIds: readonly string[], since: Date): Promise<UnattachedSignal[]> {
  return tx.$queryRaw<UnattachedSignal[]>`
    SELECT s.id, s.account_id AS "accountId", c.area, s.rule, s.mode::text AS mode, v.severity::text AS severity, s.points::float8 AS points, floor(extract(epoch FROM s.window_end) * 1000)::float8 AS "windowEnd",
           EXISTS (SELECT FROM "case" k WHERE k.account_id = s.account_id AND k.area = c.area AND k.state IN ('open', 'investigating', 'waiting_for_information')) AS "hasCase"
      FROM signal s
      JOIN clause c ON c.id = s.clause_id
     CROSS JOIN LATERAL (SELECT cv.severity FROM clause_version cv JOIN policy_version pv ON pv.id = cv.policy_version_id
                          WHERE cv.clause_id = c.id AND pv.state IN ('in_force', 'superseded') ORDER BY pv.effective_from DESC LIMIT 1) v
     WHERE s.account_id = ANY (${[...new Set(accountIds)]}::uuid[]) AND s.case_id IS NULL AND s.retracted_at IS NULL AND s.mode IN ('signal', 'signal_and_interim') AND s.window_end > ${since}
     ORDER BY s.window_start, s.id`;
}

/** Accounts with signals that count and have no case, and could have one that is open, or pass the platform's threshold since it was lowered. */
export async function accountsThatWait(db: Db, since: Date, most: number): Promise<{ accountId: string; platformId: string; signalThreshold: number }[]> {
  return db.$queryRaw`
    SELECT DISTINCT w.account_id AS "accountId", w.platform_id AS "platformId", p.signal_threshold AS "signalThreshold"
      FROM (SELECT s.account_id, s.platform_id, c.area, sum(s.points) AS points
              FROM signal s
              JOIN clause c ON c.id = s.clause_id
             WHERE s.case_id IS NULL AND s.retracted_at IS NULL AND s.mode IN ('signal', 'signal_and_interim') AND s.window_end > ${since}
             GROUP BY s.account_id, s.platform_id, c.area) w
      JOIN platform p ON p.id = w.platform_id
     WHERE w.points >= p.signal_threshold
        OR EXISTS (SELECT FROM "case" k WHERE k.account_id = w.account_id AND k.area = w.area AND k.state IN ('open', 'investigating', 'waiting_for_information'))
     ORDER BY 1 LIMIT ${most}`;
}

export async function pointSignalsAtCase(tx: Tx, signalIds: readonly string[], caseId: string): Promise<void> {
  await tx.$executeRaw`UPDATE signal SET case_id = ${caseId}::uuid WHERE id = ANY (${signalIds}::uuid[])`;
}
