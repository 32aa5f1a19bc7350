import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";

const patience = { minutes: 10 };

/**
 * Stages deliveries whose turn came long ago: their job was lost with the queue's storage. One that is only slow is
 * staged a second time, which does no harm: its row decides.
 */
export async function requeueLostDeliveries(deps: Deps, limit = 500): Promise<number> {
  const now = deps.clock();
  const before = now.minus(patience).toJSDate();
  return deps.db.$transaction(async (tx) => {
    const lost = await tx.$queryRaw<{ id: string }[]>`
      SELECT d.id FROM webhook_delivery d
       WHERE d.state = 'pending' AND coalesce(d.next_attempt_at, d.created_at) < ${before} AND (d.leased_until IS NULL OR d.leased_until < ${before})
         AND NOT EXISTS (SELECT FROM webhook_delivery e WHERE e.endpoint_id = d.endpoint_id AND e.lane = d.lane AND e.state = 'pending' AND (e.seq, e.id) < (d.seq, d.id))
       ORDER BY coalesce(d.next_attempt_at, d.created_at), d.id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    for (const { id } of lost) {
      await tx.webhookDelivery.update({ where: { id }, data: { nextAttemptAt: now.toJSDate(), leasedUntil: null }, select: { id: true } });
      await stageOutbox(tx, { topic: "webhook.deliver", payload: { deliveryId: id }, at: now });
    }
    return lost.length;
  });
}
