import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { disable, lockEndpoint, offBecause } from "./webhook.repo.server";

/** Stops telling an endpoint anything, or begins again. What happens while it is off is not told later. One that its receiver stopped can be left off. */
export async function switchEndpoint(
  deps: Deps,
  actor: Actor,
  { endpointId, on }: { endpointId: string; on: boolean },
): Promise<Result<object, "forbidden" | "webhook_endpoint_unknown">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const endpoint = await lockEndpoint(tx, endpointId);
    if (!endpoint) return refuse("webhook_endpoint_unknown");
    const isSo = on ? endpoint.state === "enabled" : endpoint.disabledReason === offBecause.person;
    if (isSo) return { ok: true as const };
    if (on) await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { state: "enabled", disabledReason: null, updatedAt: now.toJSDate() }, select: { id: true } });
    else await disable(tx, endpointId, offBecause.person, now);
    await recordAudit(tx, actor, { type: on ? "webhook-endpoint.enabled" : "webhook-endpoint.disabled", at: now, platformId: endpoint.platformId, endpointId });
    return { ok: true as const };
  });
}
