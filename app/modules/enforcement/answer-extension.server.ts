import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { AnswerInterimRefusal } from "./answer-interim.server";
import { lockSubject } from "./change-action.server";
import { leakGuard } from "./check-leaks.server";
import { answerExtension, waitingExtension } from "./interim-extension.repo.server";
import { lengthenInterim, planExtension } from "./lengthen-interim.server";
import { loadCaseFacts } from "./decision.repo.server";

/** The second person's yes: the interim measure lasts the proposed days longer, if it still lasts and may in all. */
export async function approveExtension(deps: Deps, actor: StaffActor, { actionId }: { actionId: string }): Promise<Result<{ endsAt: string }, AnswerInterimRefusal>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ endsAt: string }, AnswerInterimRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { account, action } = subject;
    const waiting = await waitingExtension(tx, actionId);
    if (!waiting) return refuse("already_answered");
    if (waiting.proposerId === actor.id) return refuse("own_proposal");
    if (+at >= +waiting.expiresAt) return refuse("proposal_expired");
    const found = await loadCaseFacts(tx, action.caseId);
    const longer = await planExtension(tx, subject, waiting.days, at);
    if (!found || !longer.ok) return refuse("case_changed", { because: longer.ok ? "case" : longer.reason });
    const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id });
    if ((await guard.judge(waiting.reason)).open.length > 0) return refuse("case_changed", { because: "leak" });
    await answerExtension(tx, waiting.id, { state: "granted", reviewerId: actor.id, endsAt: longer.endsAt }, at);
    const done = await lengthenInterim(tx, deps, actor, subject, { ...longer, extensionId: waiting.id, area: found.area, reason: waiting.reason, proposerId: waiting.proposerId, at, guard });
    return done.ok ? done : refuse("case_changed", { because: done.reason });
  });
}

type Dropping = { how: "rejected"; reviewerId: string } | { how: "withdrawn"; authorId: string } | { how: "lapsed" };

/** The second person's no, or its author's withdrawal: the measure ends when it would have. */
export async function dropExtension(deps: Deps, actor: StaffActor, { actionId, reason, how }: { actionId: string; reason: string; how: "rejected" | "withdrawn" }): Promise<Result<object, AnswerInterimRefusal>> {
  if (!may(actor, how === "rejected" ? "decision:approve" : "case:work")) return refuse("forbidden");
  return drop(deps, actor, actionId, reason, how === "rejected" ? { how, reviewerId: actor.id } : { how, authorId: actor.id });
}

/** Nobody answered in time. */
export const lapseExtension = (deps: Deps, actor: Actor, actionId: string): Promise<Result<object, AnswerInterimRefusal>> =>
  drop(deps, actor, actionId, "Nobody answered the proposal in time.", { how: "lapsed" });

function drop(deps: Deps, actor: Actor, actionId: string, reason: string, dropping: Dropping): Promise<Result<object, AnswerInterimRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, AnswerInterimRefusal>> => {
    const subject = await lockSubject(tx, actionId);
    if (!subject.ok) return subject;
    const { account, action } = subject;
    const waiting = await waitingExtension(tx, actionId);
    if (!waiting) return refuse("already_answered");
    if (dropping.how === "rejected" && waiting.proposerId === dropping.reviewerId) return refuse("own_proposal");
    if (dropping.how === "withdrawn" && waiting.proposerId !== dropping.authorId) return refuse("not_own_proposal");
    if (dropping.how === "lapsed" && +at < +waiting.expiresAt) return refuse("already_answered");
    await answerExtension(tx, waiting.id, dropping.how === "rejected" ? { state: dropping.how, reviewerId: dropping.reviewerId } : { state: dropping.how }, at);
    await recordCaseEvent(tx, actor, { caseId: action.caseId, at, event: { kind: "interim_extension_dropped", data: { actionId, reference: action.reference, reason } } });
    await recordAudit(tx, actor, { type: `action.interim_extension_${dropping.how}`, at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId, reason });
    return { ok: true };
  });
}
