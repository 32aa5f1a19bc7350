import type { Pool, PoolClient } from "pg";
import type { Db } from "~/infra/db.server";
import { categoryCodes, typeCodes } from "./event-codes";
import { latenessBounds } from "./lateness";
import type { Totals } from "./sender-health";
import { zoneSeparator } from "./zone-sets.server";

/** Which minutes of the recipient's day are quiet on a platform, from an instant on until that of the next. */
export interface QuietSetting {
  platformId: string;
  since: number;
  from: number;
  until: number;
}

export const hourCounts = ["sent", "marketing", "automated", "templates", "delivered", "marketing_delivered", "failed", "opt_outs", "quiet"] as const;

const sends = `f.type IN (${typeCodes["message.sent"]}, ${typeCodes["template.sent"]})`;
const countOf: Record<(typeof hourCounts)[number], string> = {
  sent: sends,
  marketing: `${sends} AND f.category = ${categoryCodes.marketing}`,
  automated: `${sends} AND f.category = ${categoryCodes.automated}`,
  templates: `${sends} AND (f.template_id IS NOT NULL OR f.type = ${typeCodes["template.sent"]})`,
  delivered: `f.type = ${typeCodes["message.delivered"]}`,
  marketing_delivered: `f.type = ${typeCodes["message.delivered"]} AND f.category = ${categoryCodes.marketing}`,
  failed: `f.type = ${typeCodes["message.failed"]}`,
  opt_outs: `f.type = ${typeCodes.opt_out}`,
  quiet: "c.quiet",
};
const counted = [typeCodes["message.sent"], typeCodes["template.sent"], typeCodes["message.delivered"], typeCodes["message.failed"], typeCodes.opt_out];

/**
 * Counts the rows of `fresh` by account and hour of the platform's clock. Clocks are asked once for each minute and set of zones,
 * however many messages there are: an offset never changes within one. Quiet is a message only where it is so in each zone its
 * recipient may be in.
 *
 * @param quiet places of the arrays of settings: platform, since, from, until
 */
const hoursOf = (quiet: readonly [string, string, string, string]): string => `setting AS (
    SELECT *, lead(since, 1, 'infinity') OVER (PARTITION BY platform_id ORDER BY since) AS ends
      FROM unnest(${quiet[0]}::uuid[], ${quiet[1]}::timestamptz[], ${quiet[2]}::int[], ${quiet[3]}::int[]) AS q (platform_id, since, first, last)
  ), clock AS (
    SELECT k.platform_id, k.zone_set, k.minute,
           bool_and(CASE WHEN q.first > q.last THEN m.minute >= q.first OR m.minute < q.last ELSE m.minute >= q.first AND m.minute < q.last END) AS quiet
      FROM (SELECT DISTINCT f.platform_id, f.zone_set, date_trunc('minute', f.occurred_at) AS minute FROM fresh f WHERE f.zone_set IS NOT NULL AND ${countOf.marketing}) k
      JOIN stream.zone_set z ON z.id = k.zone_set
      JOIN setting q ON q.platform_id = k.platform_id AND k.minute >= q.since AND k.minute < q.ends
     CROSS JOIN LATERAL unnest(string_to_array(z.zones, '${zoneSeparator}')) AS name
     CROSS JOIN LATERAL (SELECT extract(hour FROM k.minute AT TIME ZONE name)::int * 60 + extract(minute FROM k.minute AT TIME ZONE name)::int AS minute) m
     GROUP BY 1, 2, 3
  ), hours AS (
    SELECT f.account_id, date_trunc('hour', f.occurred_at, p.zone) AS hour, ${hourCounts.map((name) => `count(*) FILTER (WHERE ${countOf[name]})::int AS ${name}`).join(", ")}
      FROM fresh f
      JOIN platform p ON p.id = f.platform_id
      LEFT JOIN clock c ON c.platform_id = f.platform_id AND c.zone_set = f.zone_set AND c.minute = date_trunc('minute', f.occurred_at) AND ${countOf.marketing}
     WHERE f.type IN (${counted.join(", ")})
     GROUP BY 1, 2
  )`;

const settingArrays = (settings: readonly QuietSetting[]): unknown[] => [
  settings.map(({ platformId }) => platformId),
  settings.map(({ since }) => new Date(since).toISOString()),
  settings.map(({ from }) => from),
  settings.map(({ until }) => until),
];

export interface CountedShard {
  shard: number;
  counted: string;
}

/** Shards behind a transaction, those that wait longest first; what another counts now is left to it. */
export async function lockShardsBehind(client: PoolClient, bound: string, most: number): Promise<CountedShard[]> {
  // How many rows a batch has is not known when its statement is planned: taken for few, each would be compared with every minute.
  await client.query("SET LOCAL enable_nestloop = off");
  const { rows } = await client.query<CountedShard>({
    name: "counts: lock",
    text: "SELECT shard, counted::text AS counted FROM stream.count_shard WHERE counted < $1::xid8 ORDER BY counted, shard LIMIT $2 FOR UPDATE SKIP LOCKED",
    values: [bound, most],
  });
  return rows;
}

/** Of whole transactions behind each place as many as hold `most` rows and perhaps one more: where they end. */
const ends = `SELECT s.shard, CASE WHEN b.rows < $4::int THEN $3::xid8 ELSE b.last END::text AS upto
    FROM unnest($1::smallint[], $2::xid8[]) AS s (shard, counted)
   CROSS JOIN LATERAL (SELECT count(*) AS rows, (array_agg(q.xid ORDER BY q.xid DESC))[1] AS last
                         FROM (SELECT m.xid FROM stream.message_event m WHERE m.shard = s.shard AND m.xid > s.counted AND m.xid <= $3::xid8 ORDER BY m.xid LIMIT $4) q) b`;

export async function batchEnds(client: PoolClient, shards: readonly CountedShard[], bound: string, most: number): Promise<string[]> {
  const { rows } = await client.query<{ shard: number; upto: string }>({ name: "counts: ends", text: ends, values: [shards.map(({ shard }) => shard), shards.map(({ counted: from }) => from), bound, most] });
  const upto = new Map(rows.map((row) => [row.shard, row.upto]));
  return shards.map(({ shard }) => upto.get(shard)!);
}

const add = `WITH fresh AS MATERIALIZED (
    SELECT e.* FROM unnest($1::smallint[], $2::xid8[], $3::xid8[]) AS s (shard, counted, upto)
     CROSS JOIN LATERAL (SELECT m.shard, m.platform_id, m.account_id, m.occurred_at, m.received_at, m.type, m.category, m.zone_set, m.template_id
                           FROM stream.message_event m WHERE m.shard = s.shard AND m.xid > s.counted AND m.xid <= s.upto) e
  ), ${hoursOf(["$4", "$5", "$6", "$7"])}, counted AS (
    INSERT INTO stream.sending_hour AS h (account_id, hour, ${hourCounts.join(", ")})
    SELECT n.* FROM hours n JOIN account a ON a.id = n.account_id ORDER BY 1, 2
    ON CONFLICT (account_id, hour) DO UPDATE SET ${hourCounts.map((name) => `${name} = h.${name} + excluded.${name}`).join(", ")}
  ), arrived AS (
    INSERT INTO stream.arrival_day AS d (platform_id, day, shard, bucket, events)
    SELECT f.platform_id, (f.received_at AT TIME ZONE 'UTC')::date, f.shard, width_bucket(extract(epoch FROM f.received_at - f.occurred_at)::float8, $8::float8[]), count(*)
      FROM fresh f JOIN platform p ON p.id = f.platform_id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (platform_id, day, shard, bucket) DO UPDATE SET events = d.events + excluded.events
  ), moved AS (
    UPDATE stream.count_shard c SET counted = s.upto, counted_at = CASE WHEN s.upto = $9::xid8 THEN $10 ELSE c.counted_at END
      FROM unnest($1::smallint[], $3::xid8[]) AS s (shard, upto) WHERE c.shard = s.shard
  ) SELECT count(*)::int AS events FROM fresh`;

/** Adds what lies between the places and where their batches end, and moves the places there. @returns how many events that were */
export async function addCounts(client: PoolClient, shards: readonly CountedShard[], upto: readonly string[], { bound, settings, at }: { bound: string; settings: readonly QuietSetting[]; at: Date }): Promise<number> {
  const { rows } = await client.query<{ events: number }>({
    name: "counts: add",
    text: add,
    values: [shards.map(({ shard }) => shard), shards.map(({ counted: from }) => from), upto, ...settingArrays(settings), latenessBounds, bound, at],
  });
  return rows[0]!.events;
}

export interface HourRow extends Totals {
  /** The hour of the platform's clock, `2026-11-20T14`, and when it begins: where clocks are set back, one hour begins twice. */
  slot: string;
  hour: Date;
}

const ofAccount = `WITH fresh AS (
    SELECT m.* FROM stream.count_shard s JOIN stream.message_event m ON m.shard = s.shard AND m.xid > s.counted
     WHERE s.shard = $1::smallint AND s.counted_at >= $6::timestamptz AND m.account_id = $2::uuid AND m.occurred_at >= $4::timestamptz AND m.occurred_at < $5::timestamptz
  ), ${hoursOf(["$7", "$8", "$9", "$10"])}, both_parts AS (
    SELECT hour, ${hourCounts.join(", ")} FROM stream.sending_hour WHERE account_id = $2::uuid AND hour >= $4::timestamptz AND hour < $5::timestamptz
    UNION ALL SELECT hour, ${hourCounts.join(", ")} FROM hours
  ) SELECT to_char(hour AT TIME ZONE $3::text, 'YYYY-MM-DD"T"HH24') AS slot, hour, ${hourCounts.map((name) => `sum(${name})::int AS "${name.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase())}"`).join(", ")}
      FROM both_parts GROUP BY hour ORDER BY hour`;

/**
 * What an account sent in [from, to), by the hour: what was counted, and the few events since, in one look at the database.
 *
 * @param liveSince where the shard was not counted to its end since, those events are left out: there may be millions
 */
export async function hoursOfAccount(db: Db, { shard, accountId, zone, from, to, liveSince, settings }: { shard: number; accountId: string; zone: string; from: Date; to: Date; liveSince: Date; settings: readonly QuietSetting[] }): Promise<HourRow[]> {
  return db.$queryRawUnsafe<HourRow[]>(ofAccount, shard, accountId, zone, from, to, liveSince, ...settingArrays(settings));
}

/** Up to when the events of a shard are counted; null: never to their end. */
export async function countedUntil(db: Db, shard: number): Promise<Date | null> {
  const rows = await db.$queryRaw<{ at: Date | null }[]>`SELECT nullif(counted_at, '-infinity') AS at FROM stream.count_shard WHERE shard = ${shard}::smallint`;
  return rows[0]?.at ?? null;
}

/** Counts of hours and days that nobody is shown any more go. @returns how many */
export async function forgetCounts(pool: Pool, before: Date): Promise<number> {
  const hours = await pool.query("DELETE FROM stream.sending_hour WHERE hour < $1", [before]);
  const days = await pool.query("DELETE FROM stream.arrival_day WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date", [before]);
  const refused = await pool.query("DELETE FROM stream.refused_day WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date", [before]);
  return (hours.rowCount ?? 0) + (days.rowCount ?? 0) + (refused.rowCount ?? 0);
}
