import { Prisma, type Tx } from "~/infra/db.server";
import type { AccountState, GateDenial } from "./gate-memory";

/** What denies account `a` something, as JSON, times in milliseconds. */
const denialsOfA = Prisma.sql`
  (SELECT json_agg(json_build_object('feature', g.feature, 'reasonCode', g.reason_code,
            'from', floor(extract(epoch FROM g.starts_at) * 1000)::bigint,
            'until', floor(extract(epoch FROM g.until) * 1000)::bigint, 'actionId', g.action_id) ORDER BY g.feature, g.starts_at)
     FROM gate_entry g WHERE g.account_id = a.id AND g.verdict = 'deny')`;

interface StateRow {
  features: string[];
  accountId: string | null;
  externalId: string | null;
  denials: GateDenial[] | null;
}

/**
 * The platform's features and what stands in the gate for these accounts, in one round trip, from committed rows. An
 * account the platform does not have is not in the map.
 */
export async function accountStates(db: Tx, platformId: string, externalIds: readonly string[]): Promise<{ features: string[]; accounts: Map<string, AccountState> }> {
  const rows = await db.$queryRaw<StateRow[]>`
    SELECT ARRAY(SELECT f.code FROM feature f WHERE f.platform_id = ${platformId}::uuid ORDER BY f.position, f.code) AS features,
           a.id AS "accountId", a.external_id AS "externalId", ${denialsOfA} AS denials
      FROM (SELECT) AS one
      LEFT JOIN account a ON a.platform_id = ${platformId}::uuid AND a.external_id = ANY (${externalIds as string[]}::text[])`;
  const accounts = new Map<string, AccountState>();
  for (const { accountId, externalId, denials } of rows) {
    if (accountId !== null && externalId !== null) accounts.set(externalId, { accountId, platformId, externalId, denials: denials ?? [] });
  }
  return { features: rows[0]?.features ?? [], accounts };
}

export interface GateChangeState {
  account: string;
  denied: GateDenial[];
}

/** How many accounts one answer of the change feed or of a snapshot tells of. */
export const feedBatch = 1_000;

/**
 * The accounts of a platform whose gate changed after `seq`, each as it stands now, and the number up to which that is
 * everything.
 *
 * @returns `gone` when changes since `seq` were purged or never were: begin again with a snapshot
 */
export async function changesAfter(db: Tx, platformId: string, seq: bigint): Promise<{ state: "gone" } | { state: "read"; seq: bigint; more: boolean; changes: GateChangeState[]; grounds: boolean }> {
  const rows = await db.$queryRaw<{ head: bigint; floor: bigint; seq: bigint | null; accountId: string | null; account: string | null; denied: GateDenial[] | null }[]>`
    SELECT h.seq AS head, h.floor, c.seq, c.account_id AS "accountId", a.external_id AS account, ${denialsOfA} AS denied
      FROM gate_head h
      LEFT JOIN gate_change c ON c.platform_id = ${platformId}::uuid AND c.seq > ${seq}
      LEFT JOIN account a ON a.id = c.account_id
     WHERE h.id = 1 ORDER BY c.seq LIMIT ${feedBatch}`;
  const { head, floor } = rows[0] ?? { head: 0n, floor: 0n };
  if (seq < floor || seq > head) return { state: "gone" };
  const changed = rows.filter((row) => row.seq !== null);
  const more = changed.length === feedBatch;
  const latest = new Map<string, GateChangeState>();
  for (const { account, denied } of changed) if (account !== null) latest.set(account, { account, denied: denied ?? [] });
  return { state: "read", seq: more ? changed.at(-1)!.seq! : head, more, changes: [...latest.values()], grounds: changed.some(({ accountId }) => accountId === null) };
}

/**
 * A page of the platform's restricted accounts by their ids, the features there are, and the number to follow changes
 * from. Whoever follows from the first page's number misses nothing: a later change is told again, and is the newer.
 */
export async function gateSnapshot(db: Tx, platformId: string, after: string): Promise<{ seq: bigint; features: string[]; accounts: GateChangeState[]; next: string | null }> {
  const [page] = await db.$queryRaw<{ seq: bigint; features: string[]; accounts: GateChangeState[] | null; last: string | null; count: number }[]>`
    WITH ids AS (SELECT DISTINCT account_id FROM gate_entry WHERE account_id > ${after}::uuid ORDER BY account_id LIMIT ${feedBatch})
    SELECT h.seq, ARRAY(SELECT f.code FROM feature f WHERE f.platform_id = ${platformId}::uuid ORDER BY f.position, f.code) AS features,
           (SELECT json_agg(json_build_object('account', a.external_id, 'denied', ${denialsOfA}))
              FROM ids JOIN account a ON a.id = ids.account_id WHERE a.platform_id = ${platformId}::uuid) AS accounts,
           (SELECT max(account_id::text) FROM ids) AS last, (SELECT count(*)::int FROM ids) AS count
      FROM gate_head h WHERE h.id = 1`;
  const accounts = (page?.accounts ?? []).filter(({ denied }) => denied !== null);
  return { seq: page?.seq ?? 0n, features: page?.features ?? [], accounts, next: page?.count === feedBatch ? page.last : null };
}
