import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockEndpoint } from "./webhook.repo.server";

/** Tells the same message again, under the id it always had and out of turn, with all its tries. */
export async function replayDelivery(
  deps: Deps,
  actor: Actor,
  { deliveryId }: { deliveryId: string },
): Promise<Result<{ deliveryId: string }, "forbidden" | "webhook_delivery_unknown" | "webhook_endpoint_off" | "webhook_delivery_pending">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await tx.webhookDelivery.findUnique({ where: { id: deliveryId }, select: { messageId: true, endpointId: true, seq: true, state: true } });
    const endpoint = found && (await lockEndpoint(tx, found.endpointId));
    if (!found || !endpoint) return refuse("webhook_delivery_unknown");
    if (endpoint.state !== "enabled") return refuse("webhook_endpoint_off");
    if (found.state === "pending") return refuse("webhook_delivery_pending");
    const id = newId();
    await tx.webhookDelivery.create({
      data: { id, messageId: found.messageId, endpointId: found.endpointId, seq: found.seq, lane: `replay:${id}`, createdAt: now.toJSDate() },
      select: { id: true },
    });
    await stageOutbox(tx, { topic: "webhook.deliver", payload: { deliveryId: id }, at: now });
    await recordAudit(tx, actor, { type: "webhook-delivery.replayed", at: now, platformId: endpoint.platformId, endpointId: endpoint.id, deliveryId, messageId: found.messageId });
    return { ok: true as const, deliveryId: id };
  });
}
