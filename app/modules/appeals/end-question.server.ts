import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { saveAppeal, type Appeal } from "./appeal.repo.server";
import { resumeAt } from "./pause";
import { closeQuestion, openQuestionOf, type QuestionEnd } from "./question.repo.server";

/**
 * Ends the open question of an appeal, if there is one, and lets the clock go on, in the caller's transaction. The
 * caller holds the lock of the appeal.
 *
 * @returns the appeal as it stands now, and the question that ended with when it was asked
 */
export async function endQuestion(
  tx: Tx,
  actor: Actor,
  appeal: Appeal,
  { ending, at, caseId }: { ending: QuestionEnd; at: DateTime; caseId: string },
): Promise<{ appeal: Appeal; ended: { id: string; askedAt: DateTime<true> } | null }> {
  const question = await openQuestionOf(tx, appeal.id);
  if (!question) return { appeal, ended: null };
  const { calendar } = await platformTerms(tx, appeal.platformId);
  const { dueAt, days } = question.pause ? resumeAt(at, question.pause, appeal.dueAt, calendar) : { dueAt: appeal.dueAt, days: 0 };
  const pausedDays = appeal.pausedDays + days;
  await closeQuestion(tx, question.id, { ending, endedAt: at, dueAfter: question.pause && dueAt });
  await saveAppeal(tx, appeal.id, { dueAt: dueAt.toJSDate(), pausedAt: null, pausedDays });
  await recordAudit(tx, actor, {
    type: "appeal.question_ended", at, platformId: appeal.platformId, accountId: appeal.accountId, caseId, appealId: appeal.id,
    questionId: question.id, ending, pausedAt: question.pause?.pausedAt ?? null, daysAdded: days, dueBefore: appeal.dueAt, dueAfter: dueAt,
  });
  return { appeal: { ...appeal, dueAt, pausedAt: null, pausedDays, version: appeal.version + 1 }, ended: { id: question.id, askedAt: question.askedAt } };
}
