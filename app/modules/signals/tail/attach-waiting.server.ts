import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import { attachSignals } from "./attach-signals.server";
import { engineActor } from "./refresh-signals.server";
import { accountsThatWait, lockAccounts } from "./signals.repo.server";
import { pointDays } from "../signal-points";

const most = 200;

/**
 * Gives signals that stood by themselves to a case that was opened since, by a report or by a person, or opens one
 * where the platform's threshold was lowered to what they have together. Each account is its own
 * transaction, and one that fails is logged, goes on waiting and keeps no other from its turn.
 *
 * @returns how many signals were attached
 */
export async function attachWaiting(deps: Pick<Deps, "db" | "clock" | "log">): Promise<number> {
  const at = deps.clock();
  let attached = 0;
  for (const { accountId, platformId, signalThreshold } of await accountsThatWait(deps.db, at.minus({ days: pointDays }).toJSDate(), most)) {
    try {
      attached += await deps.db.$transaction(async (tx) => {
        const there = await lockAccounts(tx, [accountId]);
        return attachSignals(tx, engineActor, { id: platformId, signalThreshold }, [...there], at);
      });
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      deps.log.error({ err: error, accountId }, "an account's signals could not be attached; they wait for the next round");
    }
  }
  return attached;
}
