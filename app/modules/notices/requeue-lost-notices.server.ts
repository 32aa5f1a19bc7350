import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { lockOverdue, makeDue } from "./notice.repo.server";

const patience = { minutes: 15 };

/**
 * Stages the delivery of notices that should have been tried long ago: their job was lost with the queue's storage, or
 * removed by hand. One that is only slow is staged a second time, which does no harm: its row decides who sends.
 */
export async function requeueLostNotices(deps: Deps, limit = 500): Promise<number> {
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const lost = await lockOverdue(tx, now.minus(patience), limit);
    if (lost.length === 0) return 0;
    await makeDue(tx, lost.map(({ id }) => id), now);
    for (const { id } of lost) await stageOutbox(tx, { topic: "notice.deliver", payload: { noticeId: id }, at: now });
    return lost.length;
  });
}
