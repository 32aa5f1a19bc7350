import type { Pool } from "pg";
import type { Tx } from "~/infra/db.server";

export interface SavedAccount {
  accountId: string;
  platformId: string;
  memory: unknown;
}

export interface SavedGroup {
  key: string;
  platformId: string;
  accountId: string;
  rule: string;
  version: number;
  mode: string;
  day: number | null;
  endsAt: number;
  size: number;
  denominator: number | null;
  due: boolean;
}

export interface SavedShard {
  accounts: SavedAccount[];
  clocks: { platformId: string; watermark: number }[];
  groups: SavedGroup[];
}

const free = (account: string): string => `NOT EXISTS (SELECT FROM stream.quarantined_account q WHERE q.account_id = ${account}) AND ($2::uuid[] IS NULL OR ${account} = ANY ($2))`;
const groupColumns = `signal_key AS key, platform_id AS "platformId", account_id AS "accountId", rule, version, mode::text AS mode, day, ends_at::float8 AS "endsAt", size, denominator::float8 AS denominator, due`;

/**
 * What the last holder left of a shard, without the accounts that are set aside.
 *
 * @param only nothing but these accounts
 */
export async function loadShard(pool: Pool, shard: number, only: readonly string[] | null = null): Promise<SavedShard> {
  const [accounts, clocks, groups] = [
    await pool.query<SavedAccount>({ name: "tail: memories", text: `SELECT account_id AS "accountId", platform_id AS "platformId", memory FROM stream.account_memory m WHERE shard = $1::smallint AND ${free("m.account_id")}`, values: [shard, only] }),
    await pool.query<{ platformId: string; watermark: number }>({ name: "tail: clocks", text: `SELECT platform_id AS "platformId", watermark::float8 AS watermark FROM stream.tail_clock WHERE shard = $1::smallint`, values: [shard] }),
    await pool.query<SavedGroup>({ name: "tail: groups", text: `SELECT ${groupColumns} FROM stream.finding_group g WHERE shard = $1::smallint AND ${free("g.account_id")}`, values: [shard, only] }),
  ];
  return { accounts: accounts.rows, clocks: clocks.rows, groups: groups.rows };
}

/** What is saved of one account, whether it is set aside or not. */
export async function loadAccount(pool: Pool, shard: number, accountId: string): Promise<{ memory: unknown; groups: SavedGroup[] }> {
  const memory = await pool.query<{ memory: unknown }>("SELECT memory FROM stream.account_memory WHERE account_id = $1::uuid", [accountId]);
  const groups = await pool.query<SavedGroup>(`SELECT ${groupColumns} FROM stream.finding_group WHERE shard = $1::smallint AND account_id = $2::uuid`, [shard, accountId]);
  return { memory: memory.rows[0]?.memory ?? null, groups: groups.rows };
}

/** Every account of a shard of which something is saved. */
export async function savedAccounts(pool: Pool, shard: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>("SELECT account_id AS id FROM stream.account_memory WHERE shard = $1::smallint UNION SELECT account_id FROM stream.finding_group WHERE shard = $1::smallint", [shard]);
  return rows.map(({ id }) => id);
}

/** Memories that nothing touched for long: the rules have forgotten most of what these say, so they are written anew. */
export async function longUnsaved(pool: Pool, shard: number, before: Date): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>({ name: "tail: long unsaved", text: "SELECT account_id AS id FROM stream.account_memory m WHERE shard = $1::smallint AND saved_at < $2 AND NOT EXISTS (SELECT FROM stream.quarantined_account q WHERE q.account_id = m.account_id) ORDER BY saved_at LIMIT 50", values: [shard, before] });
  return rows.map(({ id }) => id);
}

/** @param memories JSON, or null where there is nothing to remember any more */
export async function saveMemories(tx: Tx, shard: number, memories: readonly { accountId: string; platformId: string; memory: string | null }[], at: Date): Promise<void> {
  const kept = memories.filter(({ memory }) => memory !== null);
  const gone = memories.filter(({ memory }) => memory === null).map(({ accountId }) => accountId);
  if (kept.length > 0) {
    await tx.$executeRaw`
      INSERT INTO stream.account_memory (account_id, shard, platform_id, memory, saved_at)
      SELECT m.account, ${shard}::smallint, m.platform, m.memory::json, ${at}
        FROM unnest(${kept.map(({ accountId }) => accountId)}::uuid[], ${kept.map(({ platformId }) => platformId)}::uuid[], ${kept.map(({ memory }) => memory)}::text[]) AS m (account, platform, memory)
       WHERE EXISTS (SELECT FROM account WHERE id = m.account)
      ON CONFLICT (account_id) DO UPDATE SET memory = excluded.memory, saved_at = excluded.saved_at`;
  }
  if (gone.length > 0) await tx.$executeRaw`DELETE FROM stream.account_memory WHERE account_id = ANY (${gone}::uuid[])`;
}

export async function saveClocks(tx: Tx, shard: number, clocks: readonly { platformId: string; watermark: number }[]): Promise<void> {
  if (clocks.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stream.tail_clock (shard, platform_id, watermark)
    SELECT ${shard}::smallint, c.platform, c.watermark FROM unnest(${clocks.map(({ platformId }) => platformId)}::uuid[], ${clocks.map(({ watermark }) => String(watermark))}::bigint[]) AS c (platform, watermark)
    ON CONFLICT (shard, platform_id) DO UPDATE SET watermark = excluded.watermark`;
}

/** What is remembered of a platform's accounts of a shard, some at a time in the order of their ids. */
export async function memoriesOf(pool: Pool, shard: number, platformId: string, after: string | null, most: number): Promise<{ accountId: string; memory: unknown }[]> {
  const { rows } = await pool.query<{ accountId: string; memory: unknown }>(
    `SELECT account_id AS "accountId", memory FROM stream.account_memory
      WHERE shard = $1::smallint AND platform_id = $2::uuid AND ($3::uuid IS NULL OR account_id > $3) ORDER BY account_id LIMIT $4`,
    [shard, platformId, after, most],
  );
  return rows;
}
