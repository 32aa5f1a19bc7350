import type { Pool } from "pg";
import type { Logger } from "~/infra/log.server";
import { generationsAt, type Generations } from "./event-generation";
import { EventRows } from "./event-rows";
import { insertNewEvents, insertUnknownEvents, lastIdsBegin, preparePartitions } from "./event-store.repo.server";
import { lateHours } from "./message-event";

/** More than this in one insert makes the others wait longer than it saves. */
const mostRows = 4_000;
/** While one insert waits for the disk the next is written; more only contend for the processor. */
const lanes = 2;
/** Fewer rows are not worth a second lane: what an insert and its commit cost beside what they carry is then most of it. */
const leastBeside = 1_000;
/** Beyond this the database does not keep up, and it is kinder to say so than to fill the memory. */
const mostWaiting = 60_000;
const mostTries = 6;
const heardForMs = 60_000;

interface Waiter {
  /** Microseconds since 1970, unlike any other of its batch. */
  arrival: number;
  count: number;
  settle: Settle;
}

/** Told how many of its rows were new, once that is on disk; null, when its ground has changed and nothing was written; or what went wrong. */
export type Settle = (accepted: number | null, error?: unknown) => void;

/** When a request came, and into which generation of ids it is written. */
export interface Arrival {
  ms: number;
  micros: number;
  generation: number;
}

interface Batch {
  rows: EventRows;
  waiters: Waiter[];
  openedAt: number;
  generations: Generations;
  /** The gate's number on which some of its waiters were let in. */
  ground: string | null;
}

export interface EventBatcher {
  /** Whether so many more find room. */
  hasRoom(count: number): boolean;
  /**
   * Adds rows of one request to the batch that is filling. `write` is called at once, with the rows to fill and the instant
   * of arrival to write into each.
   * @param ground what its sender was let in on; the insert proves it once more. Requests that rest on different ones do not share a batch
   */
  add(count: number, nowMs: number, ground: string | null, write: (rows: EventRows, arrival: Arrival) => void, settle: Settle): void;
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
  let earlier = { generation: Number.NaN, heardAt: 0, ids: "" };
  let idle: (() => void)[] = [];

  /** The generation before is asked about its ids only where they may be among them; those that grow are not, and nobody writes there any more. */
  const mayBeKnownFrom = async (known: number | null, rows: EventRows): Promise<number | null> => {
    if (known === null) return null;
    if (earlier.generation !== known || performance.now() - earlier.heardAt > heardForMs) earlier = { generation: known, heardAt: performance.now(), ids: await lastIdsBegin(pool, known) };
    return rows.areBeyond(earlier.ids) ? null : known;
  };

  /** @returns how many were new by their arrival, `all` of them, or none because the ground has changed */
  const store = async ({ rows, waiters, openedAt, generations, ground }: Batch): Promise<Map<number, number> | "all" | "outdated"> => {
    let knownSome = generations.write.length > 1 || careful > 0;
    for (let tries = 1; ; tries += 1) {
      try {
        if (!knownSome) {
          const written = await insertNewEvents(pool, rows, ground, await mayBeKnownFrom(generations.known, rows));
          if (written !== "known") return written === "written" ? "all" : "outdated";
          knownSome = true;
        }
        const taken = await insertUnknownEvents(pool, rows, ground, generations);
        if (taken === null) return "outdated";
        careful = taken.size === waiters.length && [...taken.values()].reduce((sum, count) => sum + count, 0) === rows.count ? Math.max(0, careful - 1) : 8;
        return taken;
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

  /** The next insert is under way before those that waited for this one are told. */
  const carry = async (batch: Batch): Promise<void> => {
    const { rows, waiters } = batch;
    let tell: (waiter: Waiter) => void;
    try {
      const taken = await store(batch);
      tell = ({ arrival, count, settle }) => settle(taken === "outdated" ? null : taken === "all" ? count : (taken.get(arrival) ?? 0));
    } catch (error) {
      tell = ({ settle }) => settle(null, error);
    }
    waiting -= rows.count;
    underWay -= rows.count;
    busy -= 1;
    rows.clear();
    if (spare.length < lanes + 1) spare.push(rows);
    flush();
    for (const waiter of waiters) tell(waiter);
  };

  /** Another insert beside those under way, when it carries as much: smaller ones cost each its statement and its commit. */
  const worthwhile = (): boolean => filling !== null && (busy === 0 || filling.rows.count >= Math.max(leastBeside, underWay));

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

  const open = (nowMs: number): Batch => ({ rows: spare.pop() ?? new EventRows(), waiters: [], openedAt: nowMs, generations: generationsAt(nowMs), ground: null });

  return {
    hasRoom: (count) => waiting + count <= mostWaiting,
    add(count, nowMs, ground, write, settle) {
      if (filling && (filling.rows.count + count > mostRows || (ground !== null && filling.ground !== null && filling.ground !== ground))) {
        ready.push(filling);
        filling = null;
      }
      const batch = (filling ??= open(nowMs));
      batch.ground ??= ground;
      const ms = batch.openedAt + Math.floor(batch.waiters.length / 1_000);
      const micros = batch.waiters.length % 1_000;
      write(batch.rows, { ms, micros, generation: batch.generations.write[0]! });
      batch.rows.count += count;
      waiting += count;
      batch.waiters.push({ arrival: ms * 1_000 + micros, count, settle });
      flushSoon();
    },
    drain: () => (busy === 0 && ready.length === 0 && !filling ? Promise.resolve() : new Promise((settle) => idle.push(settle))),
  };
}
