import { postOutbound } from "~/infra/http/post-outbound.server";
import { outboxTopics } from "~/infra/outbox-topics";
import { claimDelivery } from "~/modules/webhooks/claim-delivery.server";
import { settleDelivery } from "~/modules/webhooks/settle-delivery.server";
import { defineProcessor, type Outcome } from "../define-processor";
import { writeDown } from "../write-down";

const worker = { kind: "system", name: "webhook.deliver" } as const;

const timeoutMs = 15_000;

/**
 * One attempt to tell one endpoint one event. The queue may deliver twice, so the row decides; a crash between the
 * receiver's answer and the mark repeats the message under the same `webhook-id`, by which receivers drop it.
 */
export const deliverWebhook = defineProcessor("webhook.deliver", outboxTopics["webhook.deliver"].payload, async ({ deliveryId }, deps): Promise<Outcome> => {
  const claimed = await claimDelivery(deps, { deliveryId });
  if (!claimed.ok) return claimed.reason === "not_yet" ? { again: claimed.reason, inMs: Number(claimed.detail?.inMs) } : { done: claimed.reason };
  const { attempt, ...post } = claimed.claim;
  const startedAt = performance.now();
  const answer = await postOutbound({ ...post, timeoutMs, loopbackAllowed: deps.config.webhookLoopback });
  const outcome = { attempt, ...answer, tookMs: Math.round(performance.now() - startedAt) };
  return { done: await writeDown(deps, () => settleDelivery(deps, worker, deliveryId, outcome)) };
});
