import type { Deps } from "~/infra/deps.server";
import { lockAppeal } from "./appeal.repo.server";
import { endQuestion } from "./end-question.server";
import { openQuestionOf } from "./question.repo.server";

const sweeper = { kind: "system", name: "appeals.sla" } as const;

/**
 * Lets the clock go on where the longest time to wait for an answer is over. Whenever the sweep comes, the clock stood
 * still no longer than that. An answer that comes later is still taken in.
 */
export async function expirePauses(deps: Deps, batch = 200): Promise<number> {
  const now = deps.clock();
  const due = await deps.db.appealQuestion.findMany({
    where: { endedAt: null, pauseEndsAt: { lte: now.toJSDate() } },
    orderBy: [{ pauseEndsAt: "asc" }, { id: "asc" }],
    take: batch,
    select: { id: true, appealId: true },
  });
  let ended = 0;
  for (const { id, appealId } of due) {
    ended += await deps.db.$transaction(async (tx) => {
      const locked = await lockAppeal(tx, appealId);
      if (!locked || (await openQuestionOf(tx, appealId))?.id !== id) return 0;
      await endQuestion(tx, sweeper, locked.appeal, { ending: "expired", at: now, caseId: locked.action.caseId });
      return 1;
    });
  }
  return due.length === batch ? ended + (ended > 0 ? await expirePauses(deps, batch) : 0) : ended;
}
