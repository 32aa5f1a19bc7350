import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { lockBacktest, updateBacktest } from "./backtest.repo.server";

/** Stops a back-test. What it had found by then is no result and is not shown. Asked twice, done once. */
export async function cancelBacktest(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, backtestId: string): Promise<Result<object, "forbidden" | "not_found" | "backtest_over">> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, "not_found" | "backtest_over">> => {
    const backtest = await lockBacktest(tx, backtestId);
    if (!backtest) return refuse("not_found");
    if (backtest.state === "cancelled") return { ok: true };
    if (backtest.state !== "running") return refuse("backtest_over");
    const at = deps.clock();
    await updateBacktest(tx, backtestId, { state: "cancelled", cancelledById: actor.id, endedAt: at.toJSDate() });
    await recordAudit(tx, actor, { type: "backtest.cancelled", at, platformId: backtest.platformId, backtestId, rule: backtest.rule });
    return { ok: true };
  });
}

/** Ends a back-test that broke every time it was tried, so that another can be started. */
export async function failBacktest(deps: Pick<Deps, "db" | "clock">, backtestId: string): Promise<void> {
  await deps.db.$transaction(async (tx) => {
    const backtest = await lockBacktest(tx, backtestId);
    if (backtest?.state !== "running") return;
    const at = deps.clock();
    await updateBacktest(tx, backtestId, { state: "failed", endedAt: at.toJSDate() });
    await recordAudit(tx, { kind: "system", name: "worker" }, { type: "backtest.failed", at, platformId: backtest.platformId, backtestId, rule: backtest.rule });
  });
}
