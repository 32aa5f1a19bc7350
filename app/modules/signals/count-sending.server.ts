import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { quietSettings } from "./quiet-settings.server";
import { addCounts, batchEnds, forgetCounts, lockShardsBehind } from "./sending-hours.repo.server";
import { settledBound } from "./tail/events.repo.server";

export interface CountingPace {
  /** Shards taken at once, and rows read of each. */
  shards?: number;
  rows?: number;
}

/**
 * Counts the events that came since by account and hour, and by how late they came (sender health). Counts and places move in one
 * transaction, so whoever dies loses nothing and whoever runs beside counts nothing twice. Platforms' quiet hours are those in
 * force when a message was sent (CF-AUP 4.4).
 *
 * @returns how many events it counted
 */
export async function countSending(deps: Pick<Deps, "db" | "clock">, { shards = 8, rows = 20_000 }: CountingPace = {}): Promise<number> {
  const pool = poolOf(deps.db);
  const settings = await quietSettings(deps.db);
  const at = deps.clock();
  const bound = ((await settledBound(pool)).bound - 1n).toString();
  const client = await pool.connect();
  // The pool hears nothing of a client while it is out: one that is lost between two questions would end the process.
  let lost: Error | undefined;
  const lose = (error: Error): void => void (lost = error);
  client.on("error", lose);
  let counted = 0;
  try {
    for (;;) {
      await client.query("BEGIN");
      const taken = await lockShardsBehind(client, bound, shards);
      if (taken.length > 0) {
        const ends = await batchEnds(client, taken, bound, rows);
        counted += await addCounts(client, taken, ends, { bound, settings, at: at.toJSDate() });
      }
      await client.query("COMMIT");
      if (taken.length === 0) break;
    }
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  } finally {
    client.off("error", lose);
    client.release(lost);
  }
  return counted;
}

const keptDays = 401;

/** Counts live as long as the longest a platform may keep its events. @returns how many rows went */
export const forgetSending = (deps: Pick<Deps, "db" | "clock">): Promise<number> => forgetCounts(poolOf(deps.db), deps.clock().minus({ days: keptDays }).toJSDate());
