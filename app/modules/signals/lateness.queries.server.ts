import type { Deps } from "~/infra/deps.server";
import { everyBucket, soonerThan } from "./lateness";
import { rejectionReasons, type RejectionReason } from "./read-events";

export const arrivalDays = 7;

type Parts = Pick<Deps, "db" | "clock">;

/** Counts of some days, as text where JSON has no number for it: "later than any step". */
const within = (events: readonly number[], share: number): number | "later" | null => {
  const bound = soonerThan(events, share);
  return bound === Infinity ? "later" : bound;
};

/** How late the events of each platform came in the last days, and how many its doors refused, from counters. */
export async function arrivals({ db, clock }: Parts) {
  const since = clock().toUTC().minus({ days: arrivalDays - 1 }).toISODate()!;
  const platforms = await db.platform.findMany({ orderBy: { name: "asc" }, select: { id: true, key: true, name: true } });
  const rows = await db.$queryRaw<{ platformId: string; bucket: number; events: number }[]>`
    SELECT platform_id AS "platformId", bucket::int AS bucket, sum(events)::float8 AS events FROM stream.arrival_day WHERE day >= ${since}::date GROUP BY 1, 2`;
  const refused = await db.$queryRaw<{ platformId: string; reason: RejectionReason; events: number }[]>`
    SELECT platform_id AS "platformId", reason, sum(events)::float8 AS events FROM stream.refused_day WHERE day >= ${since}::date GROUP BY 1, 2`;
  return platforms.map(({ id, key, name }) => {
    const events = everyBucket(rows.filter(({ platformId }) => platformId === id));
    const turnedAway = rejectionReasons.flatMap((reason) => refused.find((row) => row.platformId === id && row.reason === reason) ?? []).map(({ reason, events: count }) => ({ reason, count }));
    return { key, name, events, all: events.reduce((sum, one) => sum + one, 0), half: within(events, 0.5), nearlyAll: within(events, 0.99), refused: turnedAway };
  });
}

export interface ShardBehind {
  shard: number;
  /** A worker holds it. */
  held: boolean;
  /** When the first event came that may not be judged yet, and the first that is not counted; null: none. */
  judgedUntil: Date | null;
  countedUntil: Date | null;
  failures: number;
  failedWith: string | null;
  failedAt: Date | null;
}

/**
 * How far the readers of the event store are. A shard's place is that of its saved memory, so what was judged since is still counted
 * as waiting; the first of them is looked for only behind what can have happened since.
 */
export async function shardsBehind({ db, clock }: Parts): Promise<{ shards: ShardBehind[]; workers: number; neverJudged: number }> {
  const from = clock().minus({ days: 40 }).toJSDate();
  const shards = await db.$queryRaw<ShardBehind[]>`
    SELECT s.shard::int AS shard, coalesce(s.holder IS NOT NULL AND s.held_until > clock_timestamp(), false) AS held, s.failures, s.failed_with AS "failedWith", s.failed_at AS "failedAt",
           (SELECT m.received_at FROM stream.message_event m WHERE m.shard = s.shard AND m.xid > greatest(s.place, s.judged) AND m.xid < pg_snapshot_xmin(pg_current_snapshot()) AND m.occurred_at >= greatest(s.since, ${from}::timestamptz) ORDER BY m.xid LIMIT 1) AS "judgedUntil",
           (SELECT m.received_at FROM stream.message_event m WHERE m.shard = c.shard AND m.xid > c.counted AND m.xid < pg_snapshot_xmin(pg_current_snapshot()) AND m.occurred_at >= ${from}::timestamptz ORDER BY m.xid LIMIT 1) AS "countedUntil"
      FROM stream.tail_shard s JOIN stream.count_shard c USING (shard) ORDER BY s.shard`;
  const [sums] = await db.$queryRaw<{ workers: number; late: number }[]>`
    SELECT (SELECT count(*)::int FROM stream.tail_member WHERE seen_until > clock_timestamp()) AS workers, (SELECT coalesce(sum(late), 0)::float8 FROM stream.tail_shard) AS late`;
  return { shards, workers: sums!.workers, neverJudged: sums!.late };
}

export interface AsideRow {
  accountId: string;
  name: string;
  platformKey: string;
  platformName: string;
  since: Date;
  reason: string;
  times: number;
  releasedAt: Date | null;
  /** Events that wait: of the next ones of its shard that were looked at, so there may be more. */
  waiting: number;
  more: boolean;
  /** When the first of them happened. */
  oldest: Date | null;
  retentionDays: number;
}

const lookedAt = 20_000;

/** Accounts whose events are left out until somebody releases them; those that fail longest first. */
export const accountsSetAside = ({ db }: Pick<Deps, "db">): Promise<AsideRow[]> => db.$queryRaw`
  SELECT q.account_id AS "accountId", a.business_name AS name, p.key AS "platformKey", p.name AS "platformName", q.since, q.reason, q.times, q.released_at AS "releasedAt",
         w.waiting, w.looked = ${lookedAt} AS more, w.oldest, p.event_retention_days AS "retentionDays"
    FROM stream.quarantined_account q JOIN account a ON a.id = q.account_id JOIN platform p ON p.id = q.platform_id
   CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE m.account_id = q.account_id)::int AS waiting, count(*)::int AS looked, min(m.occurred_at) FILTER (WHERE m.account_id = q.account_id) AS oldest
                         FROM (SELECT e.account_id, e.occurred_at FROM stream.message_event e WHERE e.shard = q.shard AND e.xid > q.place ORDER BY e.xid LIMIT ${lookedAt}) m) w
   ORDER BY q.since, q.account_id LIMIT 100`;

/** How many there are; for pages that only say so. */
export async function countSetAside({ db }: Pick<Deps, "db">): Promise<number> {
  const [found] = await db.$queryRaw<{ there: number }[]>`SELECT count(*)::int AS there FROM stream.quarantined_account`;
  return found!.there;
}
