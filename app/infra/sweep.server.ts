import type { Tx } from "./db.server";
import type { Deps } from "./deps.server";

/** Where a sweep has come to, in the order of deadline and id. */
export interface Place {
  at: Date;
  id: string;
}

export interface Batch {
  /** Only what comes after it is taken; null: from the first deadline on. */
  after: Place | null;
  limit: number;
  /** To be told the last row taken, before anything is done about them. */
  reached(last: Place): void;
}

export interface BatchDone {
  /** Rows taken; fewer than the limit: nothing is left to take. */
  seen: number;
  done: number;
}

/**
 * Works through what is due, a batch in each transaction, until nothing is left. Each batch goes on where the one before it
 * ended: what that one left dead in the index is not walked over again, and rows that somebody else holds come next time.
 *
 * A batch that fails is tried again in halves, down to the rows that cannot be done: those are logged and stay due, the
 * others are done. What fails before a row was taken is not a row's fault, and ends the sweep.
 *
 * @returns how many rows were done
 */
export async function sweepDue(
  { db, log }: Pick<Deps, "db" | "log">,
  sweep: { name: string; limit: number },
  work: (tx: Tx, batch: Batch) => Promise<BatchDone>,
): Promise<number> {
  const step = async (after: Place | null, limit: number, told: (last: Place) => void): Promise<BatchDone> => {
    const taken: { last?: Place } = {};
    try {
      const reached = (last: Place): void => {
        taken.last = last;
        told(last);
      };
      return await db.$transaction((tx) => work(tx, { after, limit, reached }), { timeout: 60_000 });
    } catch (error) {
      if (!taken.last) throw error;
      if (limit === 1) {
        log.error({ err: error, sweep: sweep.name, row: taken.last.id }, "a row that is due cannot be done");
        return { seen: 1, done: 0 };
      }
      log.warn({ err: error, sweep: sweep.name }, "a batch of rows that are due failed and is tried in halves");
      return { seen: limit, done: await inPieces(after, taken.last, Math.ceil(limit / 2)) };
    }
  };

  const inPieces = async (from: Place | null, to: Place, limit: number): Promise<number> => {
    let done = 0;
    let after = from;
    while (after === null || isBefore(after, to)) {
      const piece = await step(after, limit, (last) => (after = last));
      done += piece.done;
      if (piece.seen === 0) break;
    }
    return done;
  };

  let place: Place | null = null;
  for (let total = 0; ; ) {
    const { seen, done } = await step(place, sweep.limit, (last) => (place = last));
    total += done;
    if (seen < sweep.limit) return total;
  }
}

const isBefore = (a: Place, b: Place): boolean => (+a.at === +b.at ? a.id < b.id : +a.at < +b.at);
