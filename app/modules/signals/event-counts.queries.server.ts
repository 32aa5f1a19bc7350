import type { Deps } from "~/infra/deps.server";
import { typeOfCode } from "./event-codes";
import type { MessageEventType } from "./message-event";

export interface EventCounts {
  /** By UTC day of what happened, then by type; days and types with none are left out. */
  accepted: { day: string; type: MessageEventType; count: number }[];
  /** Of all platforms, since the first event: stored, but older than what the rules had settled by then, so never judged. */
  late: number;
}

const longestMs = 60_000;

/**
 * How many events of a platform are stored, of the UTC days [from, to] (`2026-11-20`). It reads those days whole, so it is for
 * people who ask, not for a page; after a minute it gives up.
 *
 * @returns null when there is no such platform
 */
export async function eventCounts(deps: Pick<Deps, "db">, platformKey: string, { from, to }: { from: string; to: string }): Promise<EventCounts | null> {
  const platform = await deps.db.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
  if (!platform) return null;
  return deps.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT set_config('statement_timeout', ${String(longestMs)}, true)`;
      const rows = await tx.$queryRaw<{ day: string; type: number; count: number }[]>`
        SELECT (occurred_at AT TIME ZONE 'UTC')::date::text AS day, type::int AS type, count(*)::float8 AS count
          FROM stream.message_event
         WHERE platform_id = ${platform.id}::uuid AND occurred_at >= ${`${from}T00:00:00Z`}::timestamptz AND occurred_at < ${`${to}T00:00:00Z`}::timestamptz + interval '1 day'
         GROUP BY 1, 2 ORDER BY 1, 2`;
      const [sum] = await tx.$queryRaw<{ late: number }[]>`SELECT coalesce(sum(late), 0)::float8 AS late FROM stream.tail_shard`;
      return { accepted: rows.map(({ day, type, count }) => ({ day, type: typeOfCode.get(type)!, count })), late: sum!.late };
    },
    { timeout: 2 * longestMs },
  );
}
