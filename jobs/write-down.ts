import { setTimeout as sleep } from "node:timers/promises";
import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";

/** Longer than a restart of the database takes. */
const patienceMs = 60_000;
const [firstPauseMs, longestPauseMs] = [100, 2_000];

/**
 * Writes down what somebody outside has answered. Who cannot write it has to ask again, which is a mail sent or an event
 * told once more; so a database that is away is waited for.
 */
export async function writeDown<Written>({ log }: Pick<Deps, "log">, write: () => Promise<Written>): Promise<Written> {
  const giveUpAt = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await write();
    } catch (error) {
      if (!isDatabaseAway(error) || performance.now() > giveUpAt) throw error;
      log.warn({ err: error }, "an answer cannot be written down yet; trying again");
      await sleep(pauseMs);
    }
  }
}
