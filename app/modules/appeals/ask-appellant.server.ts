import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { leakGuard, recordConfirmedLeaks } from "../enforcement/check-leaks.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { isIndependent, isLiveAppeal } from "./appeal";
import { lockAppeal, saveAppeal } from "./appeal.repo.server";
import type { AskAppellantInput, TakeBackQuestionInput } from "./ask-appellant.schema";
import { endQuestion } from "./end-question.server";
import { insertQuestion, openQuestionOf, setQuestionNotices } from "./question.repo.server";
import { tellAppellant } from "./tell-appellant.server";

export type AskAppellantRefusal = "forbidden" | "not_found" | "appeal_over" | "not_independent" | "appeal_held_by_other" | "stale" | "question_open" | "leak" | "no_account_address";

/**
 * Asks whoever appealed for something, by mail and on their page. The clock stands still from the moment their mail server
 * has the mail, not before; sent twice, it asks once.
 */
export async function askAppellant(deps: Deps, actor: StaffActor, input: AskAppellantInput): Promise<Result<{ questionId: string; isNew: boolean }, AskAppellantRefusal>> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked) return refuse("not_found");
    const { appeal, account, action } = locked;
    if (!isLiveAppeal(appeal.state)) return refuse("appeal_over");
    if (!isIndependent(actor.id, action)) return refuse("not_independent");
    if (appeal.reviewerId !== actor.id) return refuse("appeal_held_by_other");
    const open = await openQuestionOf(tx, appeal.id);
    if (open) return open.askedById === actor.id && open.text === input.question ? { ok: true, questionId: open.id, isNew: false } : refuse("question_open");
    if (appeal.version !== input.version) return refuse("stale", { seen: input.version, version: appeal.version });
    const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, input.confirmed);
    const words = await guard.judge(input.question);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });

    const questionId = await insertQuestion(tx, { appealId: appeal.id, text: input.question, askedById: actor.id, askedAt: now });
    const { appealPauseBusinessDays: waitBusinessDays } = await platformTerms(tx, appeal.platformId);
    const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, now);
    const appellant = { ...appeal, appealId: appeal.id, caseId: action.caseId, language: account.language };
    const props = { reference: appeal.reference, question: input.question, waitBusinessDays, standingUrl: `${standingUrl}#appeal-${appeal.id}` };
    const noticeIds = await tellAppellant(tx, deps, appellant, { content: { template: "appeal_question", props }, occasion: `question:${questionId}`, at: now, guard });
    if (noticeIds.length === 0) return refuse("no_account_address");
    await setQuestionNotices(tx, questionId, noticeIds);
    await saveAppeal(tx, appeal.id, {});
    await recordAudit(tx, actor, {
      type: "appeal.question_asked", at: now, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId: appeal.id, questionId, mails: noticeIds.length,
    });
    await recordConfirmedLeaks(tx, actor, { at: now, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId: appeal.id }, words.confirmed);
    await recordCaseEvent(tx, actor, { caseId: action.caseId, at: now, event: { kind: "appellant_asked", data: { appealId: appeal.id, reference: appeal.reference, question: input.question } } });
    return { ok: true, questionId, isNew: true };
  });
}

/** Takes an open question back: nobody waits for an answer any more, the clock goes on, and whoever was asked is told. */
export async function takeBackQuestion(
  deps: Deps,
  actor: StaffActor,
  input: TakeBackQuestionInput,
): Promise<Result<object, "forbidden" | "not_found" | "appeal_held_by_other" | "no_question">> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked) return refuse("not_found");
    const { appeal, account, action } = locked;
    if (appeal.reviewerId !== actor.id && !may(actor, "case:reassign")) return refuse("appeal_held_by_other");
    const { appeal: goesOn, ended } = await endQuestion(tx, actor, appeal, { ending: "withdrawn", at: now, caseId: action.caseId });
    if (!ended) return refuse("no_question");
    const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, now);
    const props = { reference: appeal.reference, askedAt: ended.askedAt.toJSDate(), dueBefore: goesOn.dueAt.toJSDate(), standingUrl: `${standingUrl}#appeal-${appeal.id}` };
    const appellant = { ...appeal, appealId: appeal.id, caseId: action.caseId, language: account.language };
    await tellAppellant(tx, deps, appellant, { content: { template: "appeal_question_ended", props }, occasion: `question:${ended.id}:withdrawn`, at: now });
    return { ok: true };
  });
}
