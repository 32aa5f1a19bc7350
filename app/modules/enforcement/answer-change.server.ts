import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { activateAction, hasLiveAppeal, lockAction, rejectAction, type Action } from "./action.repo.server";
import { lockSubject, type Subject } from "./change-action.server";
import { leakGuard } from "./check-leaks.server";
import { answerApproval, pendingChange, type ApprovalAnswer } from "./decision.repo.server";
import { enactReplacement } from "./replace-action.server";
import { approvedSpan } from "./replacement";

type Pending = { subject: Subject; proposed: Action; approval: { id: string; proposerId: string; expiresAt: Date } };

export type AnswerChangeRefusal = "forbidden" | "not_found" | "already_answered" | "own_proposal" | "not_own_proposal" | "proposal_expired" | "case_changed";

/** Locks the action that is to be replaced and the one that waits to take its place. */
async function lockChange(tx: Tx, actionId: string): Promise<Result<Pending, "not_found" | "already_answered">> {
  const subject = await lockSubject(tx, actionId);
  if (!subject.ok) return subject;
  const approval = await pendingChange(tx, actionId);
  const proposed = approval && (await lockAction(tx, approval.actionId));
  if (!approval || proposed?.state !== "awaiting_approval") return refuse("already_answered");
  return { ok: true, subject, proposed, approval };
}

/** The second person's yes to a change of an action: it takes effect now. Refused when the action ended, or is appealed against. */
export async function approveChange(deps: Deps, actor: StaffActor, { actionId }: { actionId: string }): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> => {
    const pending = await lockChange(tx, actionId);
    if (!pending.ok) return pending;
    const { subject, proposed, approval } = pending;
    const { action: before, account, terms } = subject;
    if (approval.proposerId === actor.id) return refuse("own_proposal");
    if (at.toMillis() >= approval.expiresAt.getTime()) return refuse("proposal_expired");
    const isOver = before.state !== "active" || (before.endsAt !== null && +before.endsAt <= +at);
    const span = proposed.startsAt && approvedSpan({ startsAt: proposed.startsAt, endsAt: proposed.endsAt }, at, terms.zone, proposed.kind === before.kind);
    const wouldBeOver = !span || (span.endsAt !== null && +span.endsAt <= +at);
    if (isOver || wouldBeOver || (await hasLiveAppeal(tx, before.id))) return refuse("case_changed", { because: "action" });
    const guard = leakGuard(tx, deps.crypto, { caseId: before.caseId, accountId: account.id });
    if ((await guard.judge(proposed.reason)).open.length > 0) return refuse("case_changed", { because: "leak" });
    await answerApproval(tx, approval.id, { state: "approved", reviewerId: actor.id, reason: null }, at);
    const successor = await activateAction(tx, proposed.id, { ...span, approverId: actor.id, at });
    await recordAudit(tx, actor, { type: "action.change_approved", at, platformId: account.platformId, accountId: account.id, caseId: before.caseId, actionId: before.id, proposedActionId: proposed.id, proposerId: approval.proposerId });
    await enactReplacement(tx, deps, actor, subject, successor, at, guard);
    return { ok: true, caseId: before.caseId };
  });
}

/** The second person's no: the action stays as it is, nobody is told. */
export async function rejectChange(deps: Deps, actor: StaffActor, { actionId, reason }: { actionId: string; reason: string }): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  return drop(deps, actor, actionId, { reason, audit: "action.change_rejected", allowed: ({ proposerId }) => (proposerId === actor.id ? "own_proposal" : null), answer: { state: "rejected", reviewerId: actor.id, reason } });
}

/** Its author takes a proposed change back. */
export async function withdrawChange(deps: Deps, actor: StaffActor, { actionId, reason }: { actionId: string; reason: string }): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  return drop(deps, actor, actionId, { reason, audit: "action.change_withdrawn", allowed: ({ proposerId }) => (proposerId === actor.id ? null : "not_own_proposal"), answer: { state: "expired", reason } });
}

/** Nobody answered in time: the sweep lets the proposed change lapse. */
export async function lapseChange(deps: Deps, actor: Actor, actionId: string, at: DateTime): Promise<boolean> {
  const reason = "Nobody answered the proposal in time.";
  const dropped = await drop(deps, actor, actionId, {
    reason,
    audit: "action.change_lapsed",
    allowed: ({ expiresAt }) => (DateTime.fromJSDate(expiresAt) > at ? "already_answered" : null),
    answer: { state: "expired", reason },
  });
  return dropped.ok;
}

type Drop = { reason: string; audit: `action.${string}`; allowed: (approval: Pending["approval"]) => AnswerChangeRefusal | null; answer: ApprovalAnswer };

function drop(deps: Deps, actor: Actor, actionId: string, { reason, audit, allowed, answer }: Drop): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, AnswerChangeRefusal>> => {
    const pending = await lockChange(tx, actionId);
    if (!pending.ok) return pending;
    const { subject, proposed, approval } = pending;
    const { action: before, account } = subject;
    const bar = allowed(approval);
    if (bar) return refuse(bar);
    await answerApproval(tx, approval.id, answer, at);
    await rejectAction(tx, proposed.id);
    await recordCaseEvent(tx, actor, { caseId: before.caseId, at, event: { kind: "change_dropped", data: { actionId: before.id, reference: before.reference, reason } } });
    await recordAudit(tx, actor, { type: audit, at, platformId: account.platformId, accountId: account.id, caseId: before.caseId, actionId: before.id, proposedActionId: proposed.id, reason });
    return { ok: true, caseId: before.caseId };
  });
}
