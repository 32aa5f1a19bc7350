import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount } from "../platforms/account.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import type { UndoDecisionInput } from "./close-review.schema";
import { accountOfDecision, isAppealed, lockDecision } from "./decision.repo.server";
import { takeBackDecision, type TakenBack } from "./take-back-decision.server";
import { mayUndo, type UndoBar } from "./undo";

export type UndoRefusal = UndoBar | "forbidden" | "not_found" | "leak";

/** Within the platform's grace period its decider takes a decision back, wholly, and has the case again to decide anew. */
export async function undoDecision(deps: Deps, actor: StaffActor, { decisionId, reason, confirmed }: UndoDecisionInput): Promise<Result<TakenBack, UndoRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<TakenBack, UndoRefusal>> => {
    const of = await accountOfDecision(tx, decisionId);
    if (!of || !(await lockAccount(tx, of.accountId))) return refuse("not_found");
    await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${of.caseId}::uuid FOR UPDATE`;
    const decision = await lockDecision(tx, decisionId);
    if (!decision) return refuse("not_found");
    const { caseId, platformId, accountId, reference, approverId } = decision;
    const { undoMinutes } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { undoMinutes: true } });
    const effectiveAt = decision.effectiveAt && DateTime.fromJSDate(decision.effectiveAt, { zone: "utc" });
    const allowed = mayUndo({ ...decision, effectiveAt, appealed: await isAppealed(tx, decisionId) }, actor.id, undoMinutes, at);
    if (!allowed.ok) return allowed;
    const guard = leakGuard(tx, deps.crypto, { caseId, accountId }, confirmed);
    const words = await guard.judge(reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    await recordAudit(tx, actor, { type: "decision.undone", at, platformId, accountId, caseId, decisionId, reference, reason, approverId });
    await recordConfirmedLeaks(tx, actor, { at, platformId, accountId, caseId, decisionId }, words.confirmed);
    return { ok: true, ...(await takeBackDecision(tx, deps, actor, { decision, holderId: actor.id, reason, guard, at })) };
  });
}
