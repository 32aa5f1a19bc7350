import { outboxTopics } from "~/infra/outbox-topics";
import { failBacktest } from "~/modules/signals/backtest/end-backtest.server";
import { workOnBacktest } from "~/modules/signals/work-on-backtest.server";
import { defineProcessor } from "../define-processor";

/**
 * Works on a back-test for a few seconds and comes back for more. The row says which accounts are done: a job that is
 * delivered twice, or taken over after a crash, goes on there. One that keeps breaking is marked as failed.
 */
export const workOnBacktestJob = defineProcessor(
  "backtest.work",
  outboxTopics["backtest.work"].payload,
  async ({ backtestId }, deps) => {
    const { left, shards } = await workOnBacktest(deps, backtestId);
    return left ? { again: `${shards} shards, more to do`, inMs: 0 } : { done: `${shards} shards` };
  },
  ({ backtestId }, deps) => failBacktest(deps, backtestId),
);
