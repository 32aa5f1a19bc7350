import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { takeUpAgain, type TakenUp } from "../cases/take-up-again.server";
import type { LeakGuard } from "../notices/leak-guard";
import { actionsOfDecision, rejectAction } from "./action.repo.server";
import { endLockedAction, lockSubject } from "./change-action.server";
import { answerApproval, pendingChanges, type LockedDecision } from "./decision.repo.server";
import { takeBackNoViolation } from "./take-back-no-violation.server";
import { unwindDecision } from "./unwind-decision.server";

export type TakenBack = { actionsReversed: number; strikesVoided: number; decisionsForReview: string[]; goesOn: TakenUp };

/**
 * Takes a whole decision back so that the case is decided again (rule of procedure 5): every action in effect is reversed,
 * proposed changes lapse, strikes are void, whoever was told is told, and the case is open for `holderId`. An interim
 * measure the decision ended does not come back. Permission, the locks of account, case and decision, and the reason's
 * leak check are the caller's.
 */
export async function takeBackDecision(
  tx: Tx,
  deps: Deps,
  actor: StaffActor,
  { decision, holderId, reason, guard, at }: { decision: LockedDecision; holderId: string; reason: string; guard: LeakGuard; at: DateTime },
): Promise<TakenBack> {
  const { id: decisionId, caseId, platformId, accountId } = decision;
  if (decision.outcome === "no_violation") {
    const back = await takeBackNoViolation(tx, deps, actor, { decisionId, finding: findingOf(decision), grounds: reason, at, reopened: true });
    if (!back.ok) throw new Error(`a decision of no violation was not taken back: ${back.reason}`);
    return { actionsReversed: 0, strikesVoided: 0, decisionsForReview: [], goesOn: await takeUpAgain(tx, actor, { caseId, holderId, reason, at }) };
  }
  await dropChanges(tx, actor, decision, reason, at);
  const active = (await actionsOfDecision(tx, decisionId)).filter(({ state }) => state === "active");
  for (const { id, kind } of active) {
    const subject = await lockSubject(tx, id);
    if (!subject.ok) throw new Error(`action ${id} is gone`);
    const ended = await endLockedAction(tx, deps, actor, subject, { move: "reverse", at, reason, tell: kind !== "law_enforcement_referral", guard, reopened: true });
    if (!ended.ok) throw new Error(`an active action was not reversed: ${ended.reason}`);
  }
  const unwound = await unwindDecision(tx, deps, actor, { decisionId, platformId, accountId, to: "reversed", grounds: reason, at, reopened: true });
  return { actionsReversed: active.length, ...unwound, goesOn: await takeUpAgain(tx, actor, { caseId, holderId, reason, at }) };
}

/** What was decided where nothing was found, read from what the decision froze; old rows froze nothing. */
function findingOf({ plan }: Pick<LockedDecision, "plan">): "no_violation" | "insufficient_evidence" {
  const input = plan && typeof plan === "object" && "input" in plan ? plan.input : null;
  return input && typeof input === "object" && "finding" in input && input.finding === "insufficient_evidence" ? "insufficient_evidence" : "no_violation";
}

async function dropChanges(tx: Tx, actor: StaffActor, { id, caseId, platformId, accountId }: LockedDecision, reason: string, at: DateTime): Promise<void> {
  for (const { approvalId, actionId, replaces } of await pendingChanges(tx, id)) {
    await answerApproval(tx, approvalId, { state: "expired", reason }, at);
    await rejectAction(tx, actionId);
    await recordCaseEvent(tx, actor, { caseId, at, event: { kind: "change_dropped", data: { actionId: replaces.id, reference: replaces.reference, reason } } });
    await recordAudit(tx, actor, { type: "action.change_lapsed", at, platformId, accountId, caseId, actionId: replaces.id, proposedActionId: actionId, reason });
  }
}
