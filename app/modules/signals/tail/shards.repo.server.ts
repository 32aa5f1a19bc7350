import type { Pool } from "pg";
import type { Tx } from "~/infra/db.server";
import { shardCount } from "../event-codes";

/** A shard as its holder finds it. Transactions are numbers beyond what a double holds. */
export interface HeldShard {
  shard: number;
  /** Grows with every holder. */
  token: string;
  /** Up to here memory was saved. */
  place: bigint;
  /** Up to here findings were written. */
  judged: bigint;
  /** Nothing behind `place` happened before this; milliseconds since 1970. */
  since: number;
  late: number;
}

const epochMs = (column: string): string => `CASE WHEN ${column} = '-infinity' THEN 0 ELSE floor(extract(epoch FROM ${column}) * 1000)::float8 END`;

/** Says that this process is there, and forgets those that are not. @returns how many share the shards */
export async function stayMember(pool: Pool, member: string, leaseMs: number): Promise<number> {
  await pool.query({
    name: "tail: stay",
    text: `INSERT INTO stream.tail_member (id, seen_until) VALUES ($1::uuid, clock_timestamp() + $2 * interval '1 ms')
      ON CONFLICT (id) DO UPDATE SET seen_until = excluded.seen_until`,
    values: [member, leaseMs],
  });
  const { rows } = await pool.query<{ there: number }>({
    name: "tail: members",
    text: `WITH gone AS (DELETE FROM stream.tail_member WHERE seen_until < clock_timestamp() - interval '1 day')
      SELECT count(*)::int AS there FROM stream.tail_member WHERE seen_until > clock_timestamp()`,
  });
  return rows[0]!.there;
}

/** Holds on to these shards. Others that the table gives to this process lapse. @returns those it still has, with their tokens */
export async function renewShards(pool: Pool, member: string, shards: readonly number[], leaseMs: number): Promise<Map<number, string>> {
  const { rows } = await pool.query<{ shard: number; token: string }>({
    name: "tail: renew",
    text: "UPDATE stream.tail_shard SET held_until = clock_timestamp() + $2 * interval '1 ms' WHERE holder = $1::uuid AND shard = ANY ($3::smallint[]) RETURNING shard, token::text AS token",
    values: [member, leaseMs, shards],
  });
  return new Map(rows.map(({ shard, token }) => [shard, token]));
}

/** Takes shards that nobody holds any more, those that are locked by their holder's last commit left out. */
export async function takeShards(pool: Pool, member: string, most: number, leaseMs: number): Promise<HeldShard[]> {
  const { rows } = await pool.query<{ shard: number; token: string; place: string; judged: string; since: number; late: string }>({
    name: "tail: take",
    text: `UPDATE stream.tail_shard SET holder = $1::uuid, token = token + 1, held_until = clock_timestamp() + $3 * interval '1 ms'
       WHERE shard IN (SELECT shard FROM stream.tail_shard WHERE holder IS NULL OR held_until < clock_timestamp() ORDER BY shard LIMIT $2 FOR UPDATE SKIP LOCKED)
      RETURNING shard, token::text AS token, place::text AS place, judged::text AS judged, ${epochMs("since")} AS since, late::text AS late`,
    values: [member, most, leaseMs],
  });
  return rows.map(({ place, judged, late, ...row }) => ({ ...row, place: BigInt(place), judged: BigInt(judged), late: Number(late) }));
}

/** A shard as this process holds it, once what it still had under way there is over. @throws ShardLost */
export async function heldShard(pool: Pool, { shard, token, member }: Fence): Promise<HeldShard> {
  const { rows } = await pool.query<{ place: string; judged: string; since: number; late: string }>({
    name: "tail: held",
    text: `SELECT place::text AS place, judged::text AS judged, ${epochMs("since")} AS since, late::text AS late FROM stream.tail_shard WHERE shard = $1::smallint AND token = $2::bigint AND holder = $3::uuid FOR UPDATE`,
    values: [shard, token, member],
  });
  if (!rows[0]) throw new ShardLost(shard);
  const { place, judged, since, late } = rows[0];
  return { shard, token, place: BigInt(place), judged: BigInt(judged), since, late: Number(late) };
}

/** Counts a failure that may be an account's. @returns how many there were since memory was last saved @throws ShardLost */
export async function noteFailure(pool: Pool, { shard, token, member }: Fence, reason: string): Promise<number> {
  const { rows } = await pool.query<{ failures: number }>({
    name: "tail: failed",
    text: "UPDATE stream.tail_shard SET failures = failures + 1, failed_at = clock_timestamp(), failed_with = $4 WHERE shard = $1::smallint AND token = $2::bigint AND holder = $3::uuid RETURNING failures",
    values: [shard, token, member, reason],
  });
  if (!rows[0]) throw new ShardLost(shard);
  return rows[0].failures;
}

export async function giveBackShards(pool: Pool, member: string, shards: readonly number[]): Promise<void> {
  await pool.query("UPDATE stream.tail_shard SET holder = NULL WHERE holder = $1::uuid AND shard = ANY ($2::smallint[])", [member, shards]);
}

export async function leave(pool: Pool, member: string): Promise<void> {
  await pool.query("UPDATE stream.tail_shard SET holder = NULL WHERE holder = $1::uuid", [member]);
  await pool.query("DELETE FROM stream.tail_member WHERE id = $1::uuid", [member]);
}

/** What each of so many members holds at most. */
export const fairShare = (members: number): number => Math.ceil(shardCount / Math.max(members, 1));

/** Another process holds the shard now: what this one found is not to be written. */
export class ShardLost extends Error {
  constructor(readonly shard: number) {
    super(`shard ${shard} of the event store has another holder`);
  }
}

export interface Fence {
  shard: number;
  token: string;
  member: string;
}

/**
 * Notes up to where findings are written with this transaction, and keeps others from taking the shard until it ends.
 * @param longestMs more than this takes no statement after it. Whoever waits for a transaction gives up its own side only; its statement would hold the shard's row
 * @throws ShardLost
 */
export async function markJudged(tx: Tx, { shard, token, member }: Fence, judged: bigint, longestMs: number): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`
    UPDATE stream.tail_shard SET judged = ${judged.toString()}::xid8
     WHERE shard = ${shard}::smallint AND holder = ${member}::uuid AND token = ${token}::bigint
    RETURNING set_config('statement_timeout', ${String(longestMs)}, true)`;
  if (held.length !== 1) throw new ShardLost(shard);
}

/** Notes up to where memory is saved with this transaction. @param longestMs as for {@link markJudged} @throws ShardLost */
export async function markSaved(tx: Tx, { shard, token, member }: Fence, { place, since, late }: { place: bigint; since: number; late: number }, longestMs: number): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`
    UPDATE stream.tail_shard SET place = ${place.toString()}::xid8, since = ${new Date(since)}, late = ${late}::bigint, failures = 0
     WHERE shard = ${shard}::smallint AND holder = ${member}::uuid AND token = ${token}::bigint
    RETURNING set_config('statement_timeout', ${String(longestMs)}, true)`;
  if (held.length !== 1) throw new ShardLost(shard);
}
