import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "~/infra/deps.server";
import { markMessages, type Mark } from "./mark-messages.server";
import type { SenderLease } from "./sender-lease.server";

export interface Marker {
  /** Resolves once the mark is committed. */
  mark(mark: Mark): Promise<void>;
  close(): Promise<void>;
}

/** While one commit waits for the disk another is made ready. */
const commitsAtOnce = 2;

const nextTurn = (): Promise<void> => new Promise((turn) => setImmediate(turn));

/**
 * Writes marks together: while a commit is under way those of all connections gather for the next, and each gathers on while every turn of the
 * loop brings it more, for a statement and its commit cost as much as a dozen marks in it. With the database away it tries until it is there, for what a mail server accepted must not be forgotten.
 *
 * @param worthwhile so many marks wait for no others, and begin a second commit beside the first
 */
export function openMarker(deps: Pick<Deps, "db" | "log">, lease: SenderLease, isStopping: () => boolean, worthwhile: number): Marker {
  let waiting: { mark: Mark; done: () => void }[] = [];
  const writing = new Set<Promise<void>>();
  let writers = 0;

  /** The connections that have an answer in the same turns of the loop share the commit. */
  const gathered = async (): Promise<void> => {
    for (let before = 0; waiting.length > before && waiting.length < worthwhile; await nextTurn()) before = waiting.length;
  };

  const write = async (): Promise<void> => {
    try {
      await gathered();
      while (waiting.length > 0 && (writers === 1 || waiting.length >= worthwhile)) {
        const batch = waiting;
        waiting = [];
        for (let tries = 1; ; tries += 1) {
          try {
            await markMessages(deps, lease.id(), batch.map(({ mark }) => mark));
            break;
          } catch (error) {
            deps.log.warn({ err: error }, "marks of a campaign could not be written; trying again");
            if (isStopping() && tries >= 3) break;
            await sleep(Math.min(2_000, 100 * tries));
          }
        }
        for (const { done } of batch) done();
        await gathered();
      }
    } finally {
      // In the same breath as the look at what waits: the last writer leaves nothing behind.
      writers -= 1;
    }
  };

  const begin = (): void => {
    if (writers >= commitsAtOnce || (writers > 0 && waiting.length < worthwhile)) return;
    writers += 1;
    const one: Promise<void> = write().finally(() => writing.delete(one));
    writing.add(one);
  };

  return {
    mark: (mark) =>
      new Promise((done) => {
        waiting.push({ mark, done });
        begin();
      }),
    async close() {
      await Promise.all(writing);
    },
  };
}
