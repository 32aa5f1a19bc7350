import type { Deps } from "~/infra/deps.server";
import { systemClock } from "~/infra/clock";
import { refuse, type Result } from "~/infra/result";
import { Webhook } from "standardwebhooks";
import { secretContext } from "./create-endpoint.server";
import { endDelivery, firstInLane, lockDelivery, stillSigning } from "./webhook.repo.server";

export interface ClaimedDelivery {
  url: URL;
  headers: Record<string, string>;
  body: string;
  attempt: number;
}

/** Longer than an attempt may take; a worker that died over one leaves it to another after this. */
const leaseMs = 60_000;

/**
 * Takes a delivery for one attempt, if it is its turn: deliveries about one account go out one after the other, in the
 * order in which what they tell of was committed. The signature carries the real time, which the receiver compares with
 * its own, and is made with each secret that still signs while one takes over from another.
 */
export async function claimDelivery(deps: Deps, { deliveryId }: { deliveryId: string }): Promise<Result<{ claim: ClaimedDelivery }, "gone" | "settled" | "endpoint_off" | "waits_its_turn" | "not_yet">> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const delivery = await lockDelivery(tx, deliveryId);
    if (!delivery) return refuse("gone");
    if (delivery.state !== "pending") return refuse("settled");
    const { endpoint, message } = await tx.webhookDelivery.findUniqueOrThrow({
      where: { id: deliveryId },
      select: { endpoint: { include: { retiredSecrets: stillSigning(now) } }, message: { select: { id: true, payload: true } } },
    });
    if (endpoint.state !== "enabled") {
      await endDelivery(tx, delivery, "cancelled", now);
      return refuse("endpoint_off");
    }
    if ((await firstInLane(tx, delivery)) !== delivery.id) return refuse("waits_its_turn");
    const notBefore = Math.max(delivery.nextAttemptAt?.getTime() ?? 0, delivery.leasedUntil?.getTime() ?? 0);
    if (notBefore > now.toMillis()) return refuse("not_yet", { inMs: notBefore - now.toMillis() });

    const attempt = delivery.attempts + 1;
    await tx.webhookDelivery.update({ where: { id: deliveryId }, data: { attempts: attempt, leasedUntil: now.plus(leaseMs).toJSDate() }, select: { id: true } });

    const sentAt = systemClock().toJSDate();
    const signatures = [endpoint, ...endpoint.retiredSecrets].map(({ secretSealed }) => new Webhook(deps.crypto.open(secretSealed, secretContext)).sign(message.id, sentAt, message.payload));
    const headers = {
      "content-type": "application/json",
      "user-agent": "trust-safety-console-webhooks/1",
      "webhook-id": message.id,
      "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
      "webhook-signature": signatures.join(" "),
    };
    return { ok: true as const, claim: { url: new URL(endpoint.url), headers, body: message.payload, attempt } };
  });
}
