import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockAccount } from "../platforms/account.server";
import { rejectActions } from "./action.repo.server";
import { accountOfDecision, answerApproval, lockDecision, updateDecision, type ApprovalAnswer, type LockedDecision } from "./decision.repo.server";

export type Pending = { decision: LockedDecision; approval: { id: string; expiresAt: Date } };

/** Locks the account, then the decision, and finds the approval it waits for. */
export async function lockPending(tx: Tx, decisionId: string): Promise<Result<Pending, "not_found" | "already_answered">> {
  const of = await accountOfDecision(tx, decisionId);
  if (!of || !(await lockAccount(tx, of.accountId))) return refuse("not_found");
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${of.caseId}::uuid FOR UPDATE`;
  const decision = await lockDecision(tx, decisionId);
  const approval = decision?.approvals[0];
  if (!decision) return refuse("not_found");
  return decision.state === "awaiting_approval" && approval ? { ok: true, decision, approval } : refuse("already_answered", { state: decision.state });
}

/** A proposal comes to nothing: rejected by a second person, withdrawn by its author, or lapsed. The case goes on. */
export async function dropProposal(
  tx: Tx,
  actor: Actor,
  { decision, approval }: Pending,
  drop: { state: "rejected" | "withdrawn"; answer: ApprovalAnswer; audit: `decision.${string}`; reason: string; at: DateTime },
): Promise<void> {
  const { state, answer, audit, reason, at } = drop;
  await answerApproval(tx, approval.id, answer, at);
  await rejectActions(tx, decision.id);
  await updateDecision(tx, decision.id, { state });
  const how = answer.state === "expired" && actor.kind === "system" ? "lapsed" : state;
  const told = await recordCaseEvent(tx, actor, { caseId: decision.caseId, at, event: { kind: "decision_rejected", data: { decisionId: decision.id, reference: decision.reference, reason, how } } });
  if (!told.ok) throw new Error(`the case of decision ${decision.id} is gone`);
  const { platformId, accountId, caseId } = decision;
  await recordAudit(tx, actor, { type: audit, at, platformId, accountId, caseId, decisionId: decision.id, reason });
}
