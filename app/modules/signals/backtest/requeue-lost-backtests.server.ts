import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { standingStill } from "./backtest.repo.server";

/** One that moves is seen to move more often than this. */
const standsStillAfterMinutes = 5;

/** Puts back-tests to work again whose job the queue lost. */
export async function requeueLostBacktests(deps: Deps): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const lost = await standingStill(tx, at.minus({ minutes: standsStillAfterMinutes }));
    for (const id of lost) {
      await tx.ruleBacktest.update({ where: { id }, data: { progressAt: at.toJSDate() }, select: { id: true } });
      await stageOutbox(tx, { topic: "backtest.work", payload: { backtestId: id }, at });
    }
    return lost.length;
  });
}
