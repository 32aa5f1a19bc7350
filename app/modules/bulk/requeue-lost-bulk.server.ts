import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";

/** Work that moves is seen to move more often than this. */
const standsStillAfterMinutes = 2;

/** Puts bulk actions to work again whose job the queue lost (a flushed Redis, a job that was given up). */
export async function requeueLostBulk(deps: Deps): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const lost = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM bulk_operation
       WHERE state IN ('preparing', 'running', 'undoing') AND progress_at < ${at.minus({ minutes: standsStillAfterMinutes }).toJSDate()}
       ORDER BY progress_at LIMIT 100 FOR UPDATE SKIP LOCKED`;
    for (const { id } of lost) {
      await tx.bulkOperation.update({ where: { id }, data: { progressAt: at.toJSDate() }, select: { id: true } });
      await stageOutbox(tx, { topic: "bulk.work", payload: { bulkId: id }, at });
    }
    return lost.length;
  });
}
