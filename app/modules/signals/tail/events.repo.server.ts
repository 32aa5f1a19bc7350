import type { Pool } from "pg";
import { categoryCodes } from "../event-codes";
import type { MessageEvent } from "../message-event";
import { zoneSeparator } from "../zone-sets.server";
import { createUnpacker, packed, type StoredEvent } from "./packed-events";

/** Below the bound nothing can still commit; it stands still while nobody writes. With it the time by the database's clock. */
export async function settledBound(pool: Pool): Promise<{ bound: bigint; at: number }> {
  const { rows } = await pool.query<{ bound: string; at: number }>({
    name: "tail: bound",
    text: "SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS bound, floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at",
  });
  return { bound: BigInt(rows[0]!.bound), at: rows[0]!.at };
}

export interface TailPlace {
  shard: number;
  place: bigint;
}

export interface TailEvents {
  /** In the order in which they were written: an account's events are never split between two readers. */
  events: StoredEvent[];
  /** The transaction of the last. */
  last: bigint;
}

/**
 * Whole transactions behind the place, as many as hold `most` rows and perhaps one more. The two looks at the index find
 * where the batch ends and read it; days in which nothing behind the place can have happened are not touched.
 */
const behind = `
  SELECT s.shard, upto.xid::text, found.events
    FROM unnest($1::smallint[], $2::xid8[]) AS s(shard, place)
   CROSS JOIN LATERAL (SELECT last.xid FROM (SELECT m.xid FROM stream.message_event m
                        WHERE m.shard = s.shard AND m.xid > s.place AND m.xid < $3::xid8 AND m.occurred_at >= $4 ORDER BY m.xid LIMIT $5) last
                        ORDER BY last.xid DESC LIMIT 1) upto
   CROSS JOIN LATERAL (SELECT ${packed("e.xid, e.occurred_at, e.event_id")} AS events FROM stream.message_event e
                        WHERE e.shard = s.shard AND e.xid > s.place AND e.xid <= upto.xid AND e.occurred_at >= $4) found`;

const byTime = "e.occurred_at, e.event_id";

/** Reads the store for the shards of one process. The sets of zones it meets are remembered; they never change. */
export function createEventReader(pool: Pool) {
  const zoneSets = new Map<number, readonly string[]>();
  const unpack = createUnpacker();

  async function eventsIn(bytes: Buffer | null): Promise<StoredEvent[]> {
    if (bytes === null) return [];
    const { events, unknownZones } = unpack(bytes, zoneSets);
    if (unknownZones.size === 0) return events;
    const { rows: found } = await pool.query<{ id: number; zones: string }>("SELECT id, zones FROM stream.zone_set WHERE id = ANY ($1::smallint[])", [[...unknownZones]]);
    for (const { id, zones } of found) zoneSets.set(id, zones.split(zoneSeparator));
    return unpack(bytes, zoneSets).events;
  }

  /** @param from what the events `e` are selected from, and which */
  async function select(from: string, values: unknown[], order = byTime): Promise<StoredEvent[]> {
    const { rows } = await pool.query<{ events: Buffer | null }>(`SELECT ${packed(order)} AS events FROM ${from}`, values);
    return eventsIn(rows[0]!.events);
  }

  const eventOf = ({ event }: StoredEvent): MessageEvent => event;

  return {
    /** @param since nothing that happened before it is looked for */
    async behind(places: readonly TailPlace[], bound: bigint, since: number, most: number): Promise<Map<number, TailEvents>> {
      const { rows } = await pool.query<[shard: number, last: string, events: Buffer]>({
        name: "tail: behind",
        text: behind,
        rowMode: "array",
        values: [places.map(({ shard }) => shard), places.map(({ place }) => place.toString()), bound.toString(), new Date(since), most],
      });
      const byShard = new Map<number, TailEvents>();
      for (const [shard, last, events] of rows) byShard.set(shard, { events: await eventsIn(events), last: BigInt(last) });
      return byShard;
    },

    /** A part of what the store has of these accounts in (from, upto], in order: whole transactions. @returns null when nothing of the shard lies there any more */
    async between(shard: number, accountIds: readonly string[], from: bigint, upto: bigint, most: number): Promise<TailEvents | null> {
      const { rows: ends } = await pool.query<{ last: string | null }>(
        `SELECT (SELECT last.xid FROM (SELECT m.xid FROM stream.message_event m WHERE m.shard = $1::smallint AND m.xid > $2::xid8 AND m.xid <= $3::xid8 ORDER BY m.xid LIMIT $4) last
                  ORDER BY last.xid DESC LIMIT 1)::text AS last`,
        [shard, from.toString(), upto.toString(), most],
      );
      const { last } = ends[0]!;
      if (last === null) return null;
      const events = await select(
        "stream.message_event e WHERE e.shard = $1::smallint AND e.account_id = ANY ($2::uuid[]) AND e.xid > $3::xid8 AND e.xid <= $4::xid8",
        [shard, accountIds, from.toString(), last],
        "e.xid, e.occurred_at, e.event_id",
      );
      return { events, last: BigInt(last) };
    },

    /** Whether the store has anything of a platform's accounts in this shard that happened in [from, to). */
    async hasAny(shard: number, platformId: string, { from, to }: { from: number; to: number }): Promise<boolean> {
      const { rows } = await pool.query<{ any: boolean }>({
        text: `SELECT EXISTS (SELECT FROM stream.message_event m WHERE m.shard = $1::smallint AND m.platform_id = $2::uuid AND m.occurred_at >= $3 AND m.occurred_at < $4) AS any`,
        values: [shard, platformId, new Date(from), new Date(to)],
      });
      return rows[0]!.any;
    },

    /**
     * A part of what a platform's accounts in this shard did in [from, to), which lies in one UTC day, as far as it was known
     * at an instant: whole transactions behind a place, as many as hold `most` rows and perhaps one more.
     *
     * @returns null when nothing lies behind the place
     */
    async ofDay(shard: number, platformId: string, { from, to, knownBefore }: { from: number; to: number; knownBefore: Date }, place: bigint, most: number): Promise<{ events: MessageEvent[]; last: bigint } | null> {
      const behindPlace = [shard, new Date(from), new Date(to), place.toString()];
      const { rows: ends } = await pool.query<{ upto: string | null }>(
        `SELECT (SELECT last.xid FROM (SELECT m.xid FROM stream.message_event m WHERE m.shard = $1::smallint AND m.occurred_at >= $2 AND m.occurred_at < $3 AND m.xid > $4::xid8 ORDER BY m.xid LIMIT $5) last
                  ORDER BY last.xid DESC LIMIT 1)::text AS upto`,
        [...behindPlace, most],
      );
      const { upto } = ends[0]!;
      if (upto === null) return null;
      const events = await select(
        "stream.message_event e WHERE e.shard = $1::smallint AND e.occurred_at >= $2 AND e.occurred_at < $3 AND e.xid > $4::xid8 AND e.xid <= $5::xid8 AND e.platform_id = $6::uuid AND e.received_at < $7",
        [...behindPlace, upto, platformId, knownBefore],
      );
      return { events: events.map(eventOf), last: BigInt(upto) };
    },

    /** Events of an account by their ids, that happened in [from, to). Reads the shard's part of those days. */
    async byIds(shard: number, accountId: string, ids: readonly string[], { from, to }: { from: number; to: number }): Promise<Map<string, MessageEvent>> {
      if (ids.length === 0) return new Map();
      const events = await select(
        "stream.message_event e WHERE e.shard = $1::smallint AND e.account_id = $2::uuid AND e.event_id = ANY ($3::text[]) AND e.occurred_at >= $4 AND e.occurred_at < $5",
        [shard, accountId, ids, new Date(from), new Date(to)],
      );
      return new Map(events.map(({ event }) => [event.id, event]));
    },

    /** Events of these accounts by their ids, that happened in [from, to). Reads the shard's part of those days once. */
    async ofAccounts(shard: number, accountIds: readonly string[], ids: readonly string[], { from, to }: { from: number; to: number }): Promise<MessageEvent[]> {
      if (ids.length === 0) return [];
      const events = await select(
        "stream.message_event e WHERE e.shard = $1::smallint AND e.account_id = ANY ($2::uuid[]) AND e.event_id = ANY ($3::text[]) AND e.occurred_at >= $4 AND e.occurred_at < $5",
        [shard, accountIds, ids, new Date(from), new Date(to)],
      );
      return events.map(eventOf);
    },

    /** The first of those events of an account that a signal names without listing them. */
    async selected(shard: number, accountId: string, what: { types: readonly number[]; category: string | null; keyId: string | null; from: number; to: number }, most: number): Promise<MessageEvent[]> {
      const events = await select(
        `(SELECT * FROM stream.message_event m
                WHERE m.shard = $1::smallint AND m.account_id = $2::uuid AND m.type = ANY ($3::smallint[]) AND ($4::smallint IS NULL OR m.category = $4)
                  AND ($5::text IS NULL OR m.key_id = $5) AND m.occurred_at >= $6 AND m.occurred_at < $7
                ORDER BY m.occurred_at, m.event_id LIMIT $8) e`,
        [shard, accountId, what.types, what.category === null ? null : categoryCodes[what.category as keyof typeof categoryCodes], what.keyId, new Date(what.from), new Date(what.to), most],
      );
      return events.map(eventOf);
    },
  };
}

export type EventReader = ReturnType<typeof createEventReader>;
