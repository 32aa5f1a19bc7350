import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { lockAppeal } from "./appeal.repo.server";
import { pauseFrom } from "./pause";
import { appealOfQuestionMail, beginPause } from "./question.repo.server";

/**
 * The first mail of a question reached the appellant's mail server: from that instant the clock stands still (CF-AUP 7.3).
 * Not when the question is over already, and not when the time to rule had run out before.
 */
export async function startPause(deps: Deps, actor: Actor, input: { noticeId: string; handedOverAt: DateTime<true> }): Promise<{ paused: boolean }> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await appealOfQuestionMail(tx, input.noticeId);
    const locked = found && (await lockAppeal(tx, found.appealId));
    const question = locked && (await appealOfQuestionMail(tx, input.noticeId));
    if (!locked || !question) return { paused: false };
    const { appeal, action } = locked;
    const terms = await platformTerms(tx, appeal.platformId);
    const pause = pauseFrom(input.handedOverAt, appeal.dueAt, terms.appealPauseBusinessDays, terms.calendar);
    if (pause) await beginPause(tx, question, { ...pause, dueBefore: appeal.dueAt });
    await recordAudit(tx, actor, {
      type: pause ? "appeal.clock_paused" : "appeal.clock_not_paused", at: now, platformId: appeal.platformId, accountId: appeal.accountId, caseId: action.caseId,
      appealId: appeal.id, questionId: question.id, pausedAt: pause?.pausedAt ?? null, endsAt: pause?.endsAt ?? null, dueAt: appeal.dueAt,
    });
    return { paused: pause !== null };
  });
}
