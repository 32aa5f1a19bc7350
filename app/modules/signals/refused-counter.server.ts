import type { Pool } from "pg";
import type { Logger } from "~/infra/log.server";
import type { Rejection } from "./read-events";

export interface RefusedCounter {
  /**
   * Resolves when these are counted on disk, so that a sender who was told of them is on record whatever dies. Where that fails they are
   * counted with the next, and nobody is refused for it.
   */
  note(platformId: string, rejected: readonly Rejection[], atMs: number): Promise<void>;
  /** Writes what is left, and counts no further by itself. */
  close(): Promise<void>;
}

/**
 * Counts refused events for the page on lateness. Those that come while one statement is under way share the next, so a flood of bad events
 * costs no statement each; one at a time, because they meet in the same few rows.
 */
export function createRefusedCounter(pool: Pool, log: Pick<Logger, "warn">): RefusedCounter {
  let counts = new Map<string, number>();
  let writing: Promise<void> | null = null;
  /** Shared by all that wait for the statement after the one that is under way. */
  let next: Promise<void> | null = null;

  async function write(): Promise<void> {
    next = null;
    if (counts.size === 0) return;
    const written = counts;
    counts = new Map();
    const rows = [...written].map(([key, events]) => [...key.split(" "), String(events)]).sort(([a], [b]) => (a! < b! ? -1 : 1));
    const column = (index: number) => rows.map((row) => row[index]);
    try {
      await pool.query({
        name: "events: refused",
        text: `INSERT INTO stream.refused_day AS d (platform_id, day, reason, events)
          SELECT r.platform, r.day, r.reason, r.events FROM unnest($1::uuid[], $2::date[], $3::text[], $4::bigint[]) AS r (platform, day, reason, events) JOIN platform p ON p.id = r.platform ORDER BY 1, 2, 3
          ON CONFLICT (platform_id, day, reason) DO UPDATE SET events = d.events + excluded.events`,
        values: [column(0), column(1), column(2), column(3)],
      });
    } catch (error) {
      log.warn({ err: error }, "refused events could not be counted; trying again with the next");
      for (const [key, events] of written) counts.set(key, (counts.get(key) ?? 0) + events);
    }
  }

  const soon = (): Promise<void> => (next ??= (writing ?? Promise.resolve()).then(() => (writing = write())));

  return {
    note(platformId, rejected, atMs) {
      const day = new Date(atMs).toISOString().slice(0, 10);
      for (const { reason } of rejected) {
        const key = `${platformId} ${day} ${reason}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return soon();
    },
    close: soon,
  };
}
