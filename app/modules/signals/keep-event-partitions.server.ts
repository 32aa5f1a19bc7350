import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { generationOf } from "./event-generation";
import { dropEventPartitions, forgetEvents, forgetReleasedEvents, preparePartitions } from "./event-store.repo.server";
import { lateHours } from "./message-event";

const daysAhead = 7;

/**
 * Makes the partitions of the days to come and drops those that no platform keeps any longer; a platform that keeps its
 * events for less time than another is forgotten from the days that stay. The ids of a week are kept until nothing can
 * come any more that happened in it. Events of an account under a legal hold or a preservation request are set aside first, and go once
 * nothing holds them. Two workers may run it at once.
 *
 * @returns how many partitions came or went, and events went
 */
export async function keepEventPartitions(deps: Pick<Deps, "db" | "clock" | "log">): Promise<number> {
  const pool = poolOf(deps.db);
  const now = deps.clock().toUTC();
  const generation = generationOf(now.toMillis());
  const made = await preparePartitions(
    pool,
    { first: now.minus({ hours: lateHours }).toJSDate(), last: now.plus({ days: daysAhead }).toJSDate() },
    { first: generation - 1, last: generation + 1 },
  );
  const platforms = await deps.db.platform.findMany({ select: { id: true, eventRetentionDays: true } });
  if (platforms.length === 0) return made;
  const longest = Math.max(...platforms.map(({ eventRetentionDays }) => eventRetentionDays));
  const before = (days: number): Date => now.startOf("day").minus({ days }).toJSDate();
  const dropped = await dropEventPartitions(pool, before(longest), generation - 1);
  let forgotten = await forgetReleasedEvents(pool);
  for (const { id, eventRetentionDays } of platforms) {
    if (eventRetentionDays < longest) forgotten += await forgetEvents(pool, id, before(eventRetentionDays));
  }
  if (dropped + forgotten > 0) deps.log.info({ dropped, forgotten }, "old message events are gone");
  return made + dropped + forgotten;
}
