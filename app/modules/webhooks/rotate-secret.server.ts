import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { newSecret, secretContext } from "./create-endpoint.server";
import { lockEndpoint, stillSigning } from "./webhook.repo.server";

/** As long as both secrets sign, so that a receiver can change over without missing a message. */
const overlap = { hours: 24 };
/** Each that still signs makes the header of every message longer. */
const mostRetired = 4;

/**
 * Gives the endpoint a new secret, shown once. The old one signs beside it for a day, also when the new one is replaced
 * within that day: whoever has not changed over yet, or changed over to the one in between, misses nothing.
 */
export async function rotateSecret(deps: Deps, actor: Actor, { endpointId }: { endpointId: string }): Promise<Result<{ secret: string }, "forbidden" | "webhook_endpoint_unknown" | "webhook_rotated_often">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  const secret = newSecret();
  return deps.db.$transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (!endpoint) return refuse("webhook_endpoint_unknown");
    if ((await tx.webhookRetiredSecret.count({ where: { endpointId, ...stillSigning(now).where } })) >= mostRetired) return refuse("webhook_rotated_often");
    const signsUntil = now.plus(overlap);
    await tx.webhookRetiredSecret.create({ data: { id: newId(), endpointId, secretSealed: endpoint.secretSealed, signsUntil: signsUntil.toJSDate() }, select: { id: true } });
    await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { secretSealed: deps.crypto.seal(secret, secretContext), updatedAt: now.toJSDate() }, select: { id: true } });
    await recordAudit(tx, actor, { type: "webhook-endpoint.rotated", at: now, platformId: endpoint.platformId, endpointId, oldSignsUntil: signsUntil.toISO() });
    return { ok: true as const, secret };
  });
}
