import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { flagCaseForReview } from "../cases/flag-case-for-review.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { reviseOutcomes } from "../intake/resolve-reports.server";
import { settleReview } from "./settle-review.server";
import { accountOfDecision, decisionsCounting, updateDecision, voidStrikes } from "./decision.repo.server";

export type Unwound = { strikesVoided: number; decisionsForReview: string[] };

/**
 * What follows from a decision that no longer stands as it was made (rule of procedure 5): its strikes are void, every
 * other decision that counted them is up for review, and its reporters hear of it; where the case is `reopened`, that it is looked at again. The caller holds the account's lock.
 */
export async function unwindDecision(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { decisionId, platformId, accountId, to, grounds, at, reopened }: { decisionId: string; platformId: string; accountId: string; to: "reversed" | "modified"; grounds: string; at: DateTime; reopened?: boolean },
): Promise<Unwound> {
  const decision = await accountOfDecision(tx, decisionId);
  if (!decision) throw new Error(`decision ${decisionId} is gone`);
  const { caseId, reference } = decision;
  const strikes = await voidStrikes(tx, decisionId, grounds, at);
  await updateDecision(tx, decisionId, { state: to });
  await recordCaseEvent(tx, actor, { caseId, at, event: { kind: "decision_undone", data: { decisionId, reference, reason: grounds } } });
  await recordAudit(tx, actor, { type: `decision.${to}`, at, platformId, accountId, caseId, decisionId, grounds, strikesVoided: strikes });
  const forReview = await flagForReview(tx, actor, { strikes, decisionId, reference, platformId, accountId, at });
  await reviseOutcomes(tx, deps, actor, { caseId, occasion: `${decisionId}:${to}`, revision: to === "modified" ? "changed" : reopened ? "reopened" : "reversed", at });
  if (to === "reversed") await settleReview(tx, actor, { decisionId, caseId, reference, at });
  return { strikesVoided: strikes.length, decisionsForReview: forReview };
}

async function flagForReview(
  tx: Tx,
  actor: Actor,
  undone: { strikes: readonly string[]; decisionId: string; reference: string; platformId: string; accountId: string; at: DateTime },
): Promise<string[]> {
  const { strikes, decisionId, reference, platformId, accountId, at } = undone;
  const counting = await decisionsCounting(tx, strikes, decisionId);
  const reason = `It counted a strike of ${reference}, which was voided.`;
  for (const { id, caseId } of counting) {
    await updateDecision(tx, id, { reviewReason: reason, reviewAskedAt: at.toJSDate() });
    await flagCaseForReview(tx, actor, { caseId, reason, at });
    await recordAudit(tx, actor, { type: "decision.flagged_for_review", at, platformId, accountId, caseId, decisionId: id, because: decisionId });
  }
  return counting.map(({ id }) => id);
}
