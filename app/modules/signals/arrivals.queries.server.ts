import type { Deps } from "~/infra/deps.server";
import { everyBucket, soonerThan } from "./lateness";

export const arrivalDays = 7;

/** How late the events of each platform came in the last days, from counters; Infinity does not survive JSON, so `half` may be that only here. */
export async function arrivals({ db, clock }: Pick<Deps, "db" | "clock">) {
  const since = clock().toUTC().minus({ days: arrivalDays - 1 }).toISODate()!;
  const platforms = await db.platform.findMany({ orderBy: { name: "asc" }, select: { id: true, key: true, name: true } });
  const rows = await db.$queryRaw<{ platformId: string; bucket: number; events: number }[]>`
    SELECT platform_id AS "platformId", bucket::int AS bucket, sum(events)::float8 AS events FROM stream.arrival_day WHERE day >= ${since}::date GROUP BY 1, 2`;
  const [judged] = await db.$queryRaw<{ late: number }[]>`SELECT coalesce(sum(late), 0)::float8 AS late FROM stream.tail_shard`;
  return {
    days: arrivalDays,
    /** Of all platforms since the first event: stored, but older than what the rules had settled by then, so never judged. */
    neverJudged: judged!.late,
    platforms: platforms.map(({ id, key, name }) => {
      const events = everyBucket(rows.filter(({ platformId }) => platformId === id));
      return { key, name, events, all: events.reduce((sum, one) => sum + one, 0), half: soonerThan(events, 0.5), nearlyAll: soonerThan(events, 0.99) };
    }),
  };
}
