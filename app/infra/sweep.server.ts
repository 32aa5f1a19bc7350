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
  /** Fewer than were seen: the others were held by somebody else. */
  done: number;
}

interface Outcome extends BatchDone {
  passedOver: number;
}

export interface Sweep {
  name: string;
  limit: number;
  /** So many batches are under way at once, each from where the one before it has taken its rows: while the database works on one, the next is put together. */
  lanes?: number;
}

/**
 * Works through what is due, a batch in each transaction, until nothing is left. Each batch goes on where the one before it
 * ended: what that one left dead in the index is not walked over again, and rows that somebody else holds come next time.
 * What only a batch beside it held, such as another row of the same account, is done in the end, by one lane.
 *
 * A batch that fails is tried again in halves, down to the rows that cannot be done: those are logged and stay due, the
 * others are done. What fails before a row was taken is not a row's fault, and ends the sweep.
 *
 * @returns how many rows were done
 */
export async function sweepDue({ db, log }: Pick<Deps, "db" | "log">, sweep: Sweep, work: (tx: Tx, batch: Batch) => Promise<BatchDone>): Promise<number> {
  const step = async (after: Place | null, limit: number, told: (last: Place) => void): Promise<Outcome> => {
    const taken: { last?: Place } = {};
    try {
      const reached = (last: Place): void => {
        taken.last = last;
        told(last);
      };
      const { seen, done } = await db.$transaction((tx) => work(tx, { after, limit, reached }), { timeout: 60_000 });
      return { seen, done, passedOver: seen - done };
    } catch (error) {
      if (!taken.last) throw error;
      if (limit === 1) {
        log.error({ err: error, sweep: sweep.name, row: taken.last.id }, "a row that is due cannot be done");
        return { seen: 1, done: 0, passedOver: 0 };
      }
      log.warn({ err: error, sweep: sweep.name }, "a batch of rows that are due failed and is tried in halves");
      return { ...(await inPieces(after, taken.last, Math.ceil(limit / 2))), seen: limit };
    }
  };

  const inPieces = async (from: Place | null, to: Place, limit: number): Promise<Outcome> => {
    const total = { seen: 0, done: 0, passedOver: 0 };
    let after = from;
    while (after === null || isBefore(after, to)) {
      const piece = await step(after, limit, (last) => (after = last));
      add(total, piece);
      if (piece.seen === 0) break;
    }
    return total;
  };

  const all = await inLanes(sweep.lanes ?? 1, sweep.limit, step);
  if ((sweep.lanes ?? 1) > 1 && all.passedOver > 0) all.done += (await inLanes(1, sweep.limit, step)).done;
  return all.done;
}

/** Where the next batch begins; `over`: there is none. */
type Next = { after: Place | null } | "over";

async function inLanes(lanes: number, limit: number, step: (after: Place | null, limit: number, told: (last: Place) => void) => Promise<Outcome>): Promise<Outcome> {
  const total = { seen: 0, done: 0, passedOver: 0 };
  let next: Promise<Next> = Promise.resolve({ after: null });

  const lane = async (): Promise<void> => {
    for (;;) {
      const mine = next;
      let hand: (next: Next) => void = () => undefined;
      next = new Promise((settle) => (hand = settle));
      const begin = await mine;
      if (begin === "over") return hand("over");
      let place = begin.after;
      try {
        const batch = await step(begin.after, limit, (last) => {
          place = last;
          if (lanes > 1) hand({ after: last });
        });
        add(total, batch);
        hand(batch.seen < limit ? "over" : { after: place });
      } finally {
        hand("over");
      }
    }
  };

  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return total;
}

function add(total: Outcome, more: Outcome): void {
  total.seen += more.seen;
  total.done += more.done;
  total.passedOver += more.passedOver;
}

const isBefore = (a: Place, b: Place): boolean => (+a.at === +b.at ? a.id < b.id : +a.at < +b.at);
