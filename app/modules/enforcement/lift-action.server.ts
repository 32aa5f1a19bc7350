import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import type { LeakConfirmation } from "../notices/leak-guard";
import { endLockedAction, lockSubject } from "./change-action.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";

export type LiftRefusal = "forbidden" | "not_found" | "illegal_move" | "leak";

/**
 * Ends an action before its time, for a reason the account holder is told. Its strike stays: taking that back is a
 * ruling's to do. Who works cases may lift an interim measure; a decided action takes the permission to lift.
 */
export async function liftAction(deps: Deps, actor: StaffActor, { actionId, reason, confirmed }: { actionId: string; reason: string; confirmed?: LeakConfirmation[] }): Promise<Result<{ caseId: string }, LiftRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, LiftRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { action, account } = subject;
    if (!may(actor, "action:lift") && !(action.interim && may(actor, "case:work"))) return refuse("forbidden");
    const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, confirmed);
    const words = await guard.judge(reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    const ended = await endLockedAction(tx, deps, actor, subject, { move: "lift", at, reason, tell: true, guard });
    if (!ended.ok) return ended;
    await recordConfirmedLeaks(tx, actor, { at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId }, words.confirmed);
    return { ok: true, caseId: action.caseId };
  });
}
