import type { Pool } from "pg";
import type { Tx } from "~/infra/db.server";
import { ShardLost, type Fence } from "./shards.repo.server";

export interface AccountAside {
  accountId: string;
  platformId: string;
  /** Up to here the account's events are judged; its saved memory stands there. */
  place: bigint;
  /** The latest instant its shard had seen by then; null when none. */
  watermark: number | null;
}

interface AsideRow {
  accountId: string;
  platformId: string;
  place: string;
  watermark: number | null;
}

const columns = `account_id AS "accountId", platform_id AS "platformId", place::text AS place, watermark::float8 AS watermark`;
const asideOf = ({ place, ...row }: AsideRow): AccountAside => ({ ...row, place: BigInt(place) });

/** The accounts of a shard whose events are left out. */
export async function accountsAside(pool: Pool, shard: number): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({ name: "aside: of shard", text: "SELECT account_id AS id FROM stream.quarantined_account WHERE shard = $1::smallint", values: [shard] });
  return new Set(rows.map(({ id }) => id));
}

/** Accounts of these shards that somebody has released and that are not caught up with. */
export async function releasedAccounts(pool: Pool, shards: readonly number[]): Promise<(AccountAside & { shard: number })[]> {
  const { rows } = await pool.query<AsideRow & { shard: number }>({
    name: "aside: released",
    text: `SELECT shard::int AS shard, ${columns} FROM stream.quarantined_account WHERE released_at IS NOT NULL AND shard = ANY ($1::smallint[]) ORDER BY released_at`,
    values: [shards],
  });
  return rows.map(({ shard, ...row }) => ({ shard, ...asideOf(row) }));
}

/** How many accounts were set aside since an instant. Whoever asks is alone with it until the transaction ends. */
export async function asideSince(tx: Tx, since: Date): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('quarantined accounts'))`;
  const [found] = await tx.$queryRaw<{ there: number }[]>`SELECT count(*)::int AS there FROM stream.quarantined_account WHERE since >= ${since}`;
  return found!.there;
}

/**
 * Sets accounts aside from where their shard's memory was saved; one that is so already stays where it is, and has to be released
 * anew. @returns those that are there @throws ShardLost
 */
export async function setAside(tx: Tx, { shard, token, member }: Fence, accountIds: readonly string[], reason: string, at: Date): Promise<{ accountId: string; platformId: string; times: number }[]> {
  const held = await tx.$executeRaw`UPDATE stream.tail_shard SET failures = 0 WHERE shard = ${shard}::smallint AND holder = ${member}::uuid AND token = ${token}::bigint`;
  if (held !== 1) throw new ShardLost(shard);
  return tx.$queryRaw`
    INSERT INTO stream.quarantined_account AS q (account_id, platform_id, shard, place, watermark, since, reason)
    SELECT a.id, a.platform_id, s.shard, s.place, c.watermark, ${at}, ${reason}
      FROM account a JOIN stream.tail_shard s ON s.shard = ${shard}::smallint LEFT JOIN stream.tail_clock c ON c.shard = s.shard AND c.platform_id = a.platform_id
     WHERE a.id = ANY (${accountIds}::uuid[]) ORDER BY a.id
    ON CONFLICT (account_id) DO UPDATE SET since = excluded.since, reason = excluded.reason, times = q.times + 1, released_at = NULL, released_by = NULL
    RETURNING account_id AS "accountId", platform_id AS "platformId", times`;
}

/** Asks the holder of its shard to catch up with an account. @returns null when it is not set aside; false when that was asked already */
export async function release(tx: Tx, accountId: string, by: string | null, at: Date): Promise<{ platformId: string; reason: string; since: Date } | false | null> {
  const [row] = await tx.$queryRaw<{ platformId: string; reason: string; since: Date; released: boolean }[]>`
    SELECT platform_id AS "platformId", reason, since, released_at IS NOT NULL AS released FROM stream.quarantined_account WHERE account_id = ${accountId}::uuid FOR UPDATE`;
  if (!row) return null;
  if (row.released) return false;
  await tx.$executeRaw`UPDATE stream.quarantined_account SET released_at = ${at}, released_by = ${by}::uuid WHERE account_id = ${accountId}::uuid`;
  return row;
}

/** The account's memory is saved up to the shard's place with this transaction: from here on it goes with the others. */
export async function endAside(tx: Tx, accountIds: readonly string[]): Promise<{ accountId: string; platformId: string }[]> {
  return tx.$queryRaw`DELETE FROM stream.quarantined_account WHERE account_id = ANY (${accountIds}::uuid[]) RETURNING account_id AS "accountId", platform_id AS "platformId"`;
}
