import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { endLockedAction, lockSubject } from "./change-action.server";
import { leaksIn } from "./check-leaks.server";

export type LiftRefusal = "forbidden" | "not_found" | "illegal_move" | "leak";

/**
 * Ends an action before its time, for a reason the account holder is told. Its strike stays: taking that back is a
 * ruling's to do. Who works cases may lift an interim measure; a decided action takes the permission to lift.
 */
export async function liftAction(deps: Deps, actor: StaffActor, { actionId, reason }: { actionId: string; reason: string }): Promise<Result<{ caseId: string }, LiftRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, LiftRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { action, account } = subject;
    if (!may(actor, "action:lift") && !(action.interim && may(actor, "case:work"))) return refuse("forbidden");
    const leaks = await leaksIn(tx, deps.crypto, { caseId: action.caseId, accountId: account.id, text: reason });
    if (leaks.length > 0) return refuse("leak", { leaks });
    const ended = await endLockedAction(tx, deps, actor, subject, { move: "lift", at, reason, tell: true });
    return ended.ok ? { ok: true, caseId: action.caseId } : ended;
  });
}
