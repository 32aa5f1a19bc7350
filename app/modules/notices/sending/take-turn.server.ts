import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { giveTurns, type Limit } from "../campaign/pace";
import type { Lane } from "./lane";

/**
 * Gives the next message to a mail domain its turn, by the pace of campaigns (pace.ts). Each lane has the whole rate; what goes
 * after has no turn before those of the first lane that are given out. Campaigns yield to both (take-messages.server.ts) and hold up neither.
 *
 * @returns when it may go; at `now` or before: at once
 */
export async function takeTurn(tx: Tx, { domain, lane, now, limit }: { domain: string; lane: Lane; now: DateTime; limit: Limit }): Promise<DateTime> {
  const at = now.toMillis();
  const [row] = await tx.$queryRaw<{ granted: number; freeAt: Date; firstFreeAt: Date | null }[]>`
    INSERT INTO notice_turn AS t (domain, lane, free_at) VALUES (${domain}, ${lane}, to_timestamp(0))
        ON CONFLICT (domain, lane) DO UPDATE SET granted = t.granted
    RETURNING granted, free_at AS "freeAt", (SELECT f.free_at FROM notice_turn f WHERE f.domain = ${domain} AND f.lane = 'first') AS "firstFreeAt"`;
  const { granted, freeAt, firstFreeAt } = row!;
  const before = lane === "after" && firstFreeAt && +firstFreeAt > at ? Math.max(+freeAt, +firstFreeAt) : +freeAt;
  const { turns, after } = giveTurns({ granted, freeAt: before }, 1, at, limit);
  await tx.$executeRaw`UPDATE notice_turn SET granted = ${after.granted}, free_at = ${new Date(Math.ceil(after.freeAt))} WHERE domain = ${domain} AND lane = ${lane}`;
  return DateTime.fromMillis(Math.ceil(turns[0]!), { zone: "utc" });
}
