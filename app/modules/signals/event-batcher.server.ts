import type { Pool } from "pg";
import type { Logger } from "~/infra/log.server";
import { generationsAt } from "./event-generation";
import { EventRows } from "./event-rows";
import { insertNewEvents, insertUnknownEvents, preparePartitions } from "./event-store.repo.server";
import { lateHours } from "./message-event";

/** More than this in one insert makes the others wait longer than it saves. */
const mostRows = 4_000;
/** While one insert waits for the disk the next is written; more only contend for the processor. */
const lanes = 2;
/** Beyond this the database does not keep up, and it is kinder to say so than to fill the memory. */
const mostWaiting = 60_000;
const mostTries = 6;

interface Waiter {
  /** Microseconds since 1970, unlike any other of its batch. */
  arrival: number;
  count: number;
  settle(accepted: number): void;
  fail(error: unknown): void;
}

interface Batch {
  rows: EventRows;
  waiters: Waiter[];
  openedAt: number;
}

export interface EventBatcher {
  /** Whether so many more find room. */
  hasRoom(count: number): boolean;
  /**
   * Adds rows of one request to the batch that is filling. `write` is called at once, with the rows to fill and the instant
   * of arrival to write into each.
   * @returns how many of them were new, once that is on disk
   */
  add(count: number, nowMs: number, write: (rows: EventRows, arrival: { ms: number; micros: number }) => void): Promise<number>;
  /** Waits until everything added so far is settled. */
  drain(): Promise<void>;
}

/**
 * Group commit: what arrives while an insert is under way is written by the next one, so that a commit's wait for the disk
 * is shared by all who wait for it, and a lone event does not wait for others.
 */
export function createEventBatcher(pool: Pool, log: Logger): EventBatcher {
  const spare: EventRows[] = [];
  const ready: Batch[] = [];
  let filling: Batch | null = null;
  let busy = 0;
  /** Rows of the inserts that are under way. */
  let underWay = 0;
  let waiting = 0;
  let scheduled = false;
  /** After an id that was known already, others of the same sender are likely to be. */
  let careful = 0;
  let idle: (() => void)[] = [];

  const store = async ({ rows, waiters, openedAt }: Batch): Promise<Map<number, number> | null> => {
    const generations = generationsAt(openedAt);
    let knownSome = generations.write.length > 1 || careful > 0;
    for (let tries = 1; ; tries += 1) {
      try {
        if (knownSome || !(await insertNewEvents(pool, rows, generations))) {
          knownSome = true;
          const taken = await insertUnknownEvents(pool, rows, generations);
          careful = taken.size === waiters.length && [...taken.values()].reduce((sum, count) => sum + count, 0) === rows.count ? Math.max(0, careful - 1) : 8;
          return taken;
        }
        return null;
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        if (tries === mostTries) throw error;
        // Known already, or in each other's way: sorted, and with a look before each.
        if (code === "23505" || code === "40P01") knownSome = true;
        else if (code === "23514") await prepare(openedAt);
        else throw error;
      }
    }
  };

  /** A day or week for which nothing was prepared; the schedule that does it ahead has not run. */
  const prepare = async (nowMs: number): Promise<void> => {
    const hourMs = 3_600_000;
    const { write } = generationsAt(nowMs);
    const made = await preparePartitions(pool, { first: new Date(nowMs - (lateHours + 1) * hourMs), last: new Date(nowMs + hourMs) }, { first: write[0]! - 1, last: write.at(-1)! });
    if (made > 0) log.warn({ made }, "partitions for message events were missing and were made on the way");
  };

  const carry = async (batch: Batch): Promise<void> => {
    try {
      const taken = await store(batch);
      for (const { arrival, count, settle } of batch.waiters) settle(taken === null ? count : (taken.get(arrival) ?? 0));
    } catch (error) {
      for (const { fail } of batch.waiters) fail(error);
    }
    waiting -= batch.rows.count;
    underWay -= batch.rows.count;
    busy -= 1;
    batch.rows.clear();
    if (spare.length < lanes + 1) spare.push(batch.rows);
    flush();
  };

  /** Another insert beside those under way, when it carries as much: smaller ones cost each its statement and its commit. */
  const worthwhile = (): boolean => filling !== null && filling.rows.count >= underWay;

  const flush = (): void => {
    while (busy < lanes) {
      const batch = ready.shift() ?? (worthwhile() ? filling : null);
      if (!batch) break;
      if (batch === filling) filling = null;
      busy += 1;
      underWay += batch.rows.count;
      void carry(batch);
    }
    if (busy === 0) {
      const settled = idle;
      idle = [];
      for (const settle of settled) settle();
    }
  };

  const flushSoon = (): void => {
    if (scheduled || busy >= lanes) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      flush();
    });
  };

  const open = (nowMs: number): Batch => ({ rows: spare.pop() ?? new EventRows(), waiters: [], openedAt: nowMs });

  return {
    hasRoom: (count) => waiting + count <= mostWaiting,
    add(count, nowMs, write) {
      if (filling && filling.rows.count + count > mostRows) {
        ready.push(filling);
        filling = null;
      }
      const batch = (filling ??= open(nowMs));
      const ms = batch.openedAt + Math.floor(batch.waiters.length / 1_000);
      const micros = batch.waiters.length % 1_000;
      write(batch.rows, { ms, micros });
      batch.rows.count += count;
      waiting += count;
      flushSoon();
      return new Promise((settle, fail) => batch.waiters.push({ arrival: ms * 1_000 + micros, count, settle, fail }));
    },
    drain: () => (busy === 0 && ready.length === 0 && !filling ? Promise.resolve() : new Promise((settle) => idle.push(settle))),
  };
}
