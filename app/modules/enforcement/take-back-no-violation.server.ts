import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { reviseOutcomes } from "../intake/resolve-reports.server";
import { lockAccount } from "../platforms/account.server";
import { settleReview } from "./settle-review.server";
import { accountOfDecision, lockDecision, updateDecision } from "./decision.repo.server";

/**
 * Takes back a decision that nothing was found, in the caller's transaction: the reporters who were told so hear that it
 * no longer stands. There is no action, strike or statement to undo. Permission and reopening the case are the caller's.
 */
export async function takeBackNoViolation(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { decisionId, finding, grounds, at, reopened }: { decisionId: string; finding: "no_violation" | "insufficient_evidence"; grounds: string; at: DateTime; reopened?: boolean },
): Promise<Result<object, "not_found" | "illegal_move">> {
  const of = await accountOfDecision(tx, decisionId);
  if (!of || !(await lockAccount(tx, of.accountId))) return refuse("not_found");
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${of.caseId}::uuid FOR UPDATE`;
  const decision = await lockDecision(tx, decisionId);
  if (decision?.outcome !== "no_violation" || decision.state !== "in_effect") return refuse("illegal_move");
  const { reference, caseId, platformId, accountId, decidedAt } = decision;
  await updateDecision(tx, decisionId, { state: "reversed" });
  await recordCaseEvent(tx, actor, { caseId, at, event: { kind: "decision_undone", data: { decisionId, reference, reason: grounds } } });
  await recordAudit(tx, actor, { type: "decision.reversed", at, platformId, accountId, caseId, decisionId, grounds, strikesVoided: [] });
  await reviseOutcomes(tx, deps, actor, { caseId, occasion: `${decisionId}:reversed`, revision: reopened ? "reopened" : "reversed", at, told: { outcome: finding, at: decidedAt } });
  await settleReview(tx, actor, { decisionId, caseId, reference, at });
  return { ok: true };
}
