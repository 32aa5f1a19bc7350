import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { newSecret, secretContext } from "./create-endpoint.server";
import { lockEndpoint } from "./webhook.repo.server";

/** As long as both secrets sign, so that a receiver can change over without missing a message. */
const overlap = { hours: 24 };

/** Gives the endpoint a new secret, shown once; the old one signs beside it for a day. */
export async function rotateSecret(deps: Deps, actor: Actor, { endpointId }: { endpointId: string }): Promise<Result<{ secret: string }, "forbidden" | "webhook_endpoint_unknown">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  const secret = newSecret();
  return deps.db.$transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (!endpoint) return refuse("webhook_endpoint_unknown");
    await tx.webhookEndpoint.update({
      where: { id: endpointId },
      data: {
        secretSealed: deps.crypto.seal(secret, secretContext),
        previousSecretSealed: endpoint.secretSealed,
        previousSecretUntil: now.plus(overlap).toJSDate(),
        updatedAt: now.toJSDate(),
      },
      select: { id: true },
    });
    await recordAudit(tx, actor, { type: "webhook-endpoint.rotated", at: now, platformId: endpoint.platformId, endpointId });
    return { ok: true as const, secret };
  });
}
