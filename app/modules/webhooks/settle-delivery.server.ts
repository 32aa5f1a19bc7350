import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { nextAttemptAt, retryAfterMs } from "./retry-schedule";
import { tellStopped } from "./tell-stopped.server";
import { disable, endDelivery, lockDelivery, lockEndpoint, offBecause, type EndpointRow } from "./webhook.repo.server";

export interface AttemptOutcome {
  attempt: number;
  status: number | null;
  /** What kept an answer from coming, by its code. */
  error: string | null;
  tookMs: number;
  /** What the answer's `Retry-After` said. */
  retryAfter: string | null;
}

/**
 * Writes down what came of an attempt, and what follows: 2xx is delivered, 410 switches the endpoint off and tells whoever looks after it, everything
 * else – a redirect too, which is never followed – is tried again by the schedule, and given up at its end so that the
 * next message in the lane gets its turn.
 */
export async function settleDelivery(deps: Deps, actor: Actor, deliveryId: string, outcome: AttemptOutcome): Promise<string> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    // Before any delivery, as whoever switches it off does: two that are answered 410 at once then wait for each other in one order.
    const endpoint = outcome.status === 410 ? await lockEndpointOf(tx, deliveryId) : null;
    const delivery = await lockDelivery(tx, deliveryId);
    if (!delivery || delivery.attempts !== outcome.attempt) return "somebody else's by now";
    await tx.webhookAttempt.createMany({
      data: { deliveryId, number: outcome.attempt, at: now.toJSDate(), status: outcome.status, error: outcome.error, tookMs: outcome.tookMs },
      skipDuplicates: true,
    });
    if (delivery.state !== "pending") return delivery.state;
    const { status } = outcome;
    if (status !== null && status >= 200 && status < 300) {
      await endDelivery(tx, delivery, "delivered", now);
      return "delivered";
    }
    if (status === 410) {
      await endDelivery(tx, delivery, "failed", now);
      if (endpoint?.state !== "enabled") return "gone";
      const cancelled = await disable(tx, endpoint.id, offBecause.receiver, now);
      await recordAudit(tx, actor, { type: "webhook-endpoint.disabled", at: now, platformId: endpoint.platformId, endpointId: endpoint.id, reason: offBecause.receiver });
      await tellStopped(tx, deps, endpoint.id, { cancelled, at: now });
      return "gone";
    }
    const again = nextAttemptAt(outcome.attempt, now, retryAfterMs(outcome.retryAfter, now));
    if (!again) {
      await endDelivery(tx, delivery, "failed", now);
      return "given up";
    }
    await tx.webhookDelivery.update({ where: { id: deliveryId }, data: { nextAttemptAt: again.toJSDate(), leasedUntil: null }, select: { id: true } });
    await stageOutbox(tx, { topic: "webhook.deliver", payload: { deliveryId }, at: now, availableAt: again });
    return "to be tried again";
  });
}

async function lockEndpointOf(tx: Tx, deliveryId: string): Promise<EndpointRow | null> {
  const delivery = await tx.webhookDelivery.findUnique({ where: { id: deliveryId }, select: { endpointId: true } });
  return delivery && lockEndpoint(tx, delivery.endpointId);
}
