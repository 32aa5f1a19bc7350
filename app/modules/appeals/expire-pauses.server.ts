import type { Deps } from "~/infra/deps.server";
import { sweepDue } from "~/infra/sweep.server";
import { lockAppeal } from "./appeal.repo.server";
import { endQuestion } from "./end-question.server";
import { openQuestionOf } from "./question.repo.server";

const sweeper = { kind: "system", name: "appeals.sla" } as const;

/**
 * Lets the clock go on where the longest time to wait for an answer is over, each appeal for itself. Whenever the sweep comes, the
 * clock stood still no longer than that. An answer that comes later is still taken in.
 */
export async function expirePauses(deps: Deps): Promise<number> {
  const now = deps.clock();
  return sweepDue(deps, { name: "appeals.pauses", limit: 1 }, async (tx, { after, reached }) => {
    const due = await tx.appealQuestion.findFirst({
      where: { endedAt: null, pauseEndsAt: { lte: now.toJSDate() }, ...(after && { OR: [{ pauseEndsAt: { gt: after.at } }, { pauseEndsAt: after.at, id: { gt: after.id } }] }) },
      orderBy: [{ pauseEndsAt: "asc" }, { id: "asc" }],
      select: { id: true, appealId: true, pauseEndsAt: true },
    });
    if (!due?.pauseEndsAt) return { seen: 0, done: 0 };
    reached({ at: due.pauseEndsAt, id: due.id });
    const locked = await lockAppeal(tx, due.appealId);
    if (!locked || (await openQuestionOf(tx, due.appealId))?.id !== due.id) return { seen: 1, done: 0 };
    await endQuestion(tx, sweeper, locked.appeal, { ending: "expired", at: now, caseId: locked.action.caseId });
    return { seen: 1, done: 1 };
  });
}
