import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "~/infra/deps.server";
import { markMessages, type Mark } from "./mark-messages.server";
import type { SenderLease } from "./sender-lease.server";

export interface Marker {
  /** Resolves once the mark is committed. */
  mark(mark: Mark): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes marks together: while one commit is under way those of all connections gather for the next, for a commit costs as much as a dozen marks in
 * it. With the database away it tries until it is there, for what a mail server accepted must not be forgotten.
 */
export function openMarker(deps: Pick<Deps, "db" | "log">, lease: SenderLease, isStopping: () => boolean): Marker {
  let waiting: { mark: Mark; done: () => void }[] = [];
  let writing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
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
    }
  };

  return {
    mark: (mark) =>
      new Promise((done) => {
        waiting.push({ mark, done });
        // The connections that have an answer in this turn of the loop share the commit.
        writing ??= new Promise<void>((turn) => setImmediate(turn)).then(write).finally(() => (writing = null));
      }),
    async close() {
      await writing;
    },
  };
}
