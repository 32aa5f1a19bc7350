import { randomBytes } from "node:crypto";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { urlRefusal } from "~/infra/http/outbound-address";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { CreateEndpointInput } from "./webhook.schema";

/** A secret as the Standard Webhooks specification writes it: 32 random bytes in base64 behind `whsec_`. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

export const secretContext = "webhook_endpoint.secret";

/** Adds an address that a platform is told at. The answer is the only place where the secret appears. */
export async function createEndpoint(deps: Deps, actor: Actor, input: CreateEndpointInput): Promise<Result<{ id: string; secret: string }, "forbidden" | "platform_unknown" | "webhook_address_refused">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  if (urlRefusal(new URL(input.url), deps.config.webhookLoopback)) return refuse("webhook_address_refused");
  const now = deps.clock();
  const secret = newSecret();
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const id = newId();
    const { url, description, events } = input;
    await tx.webhookEndpoint.create({
      data: { id, platformId: platform.id, url, description, events, secretSealed: deps.crypto.seal(secret, secretContext), createdAt: now.toJSDate(), updatedAt: now.toJSDate() },
      select: { id: true },
    });
    await recordAudit(tx, actor, { type: "webhook-endpoint.created", at: now, platformId: platform.id, endpointId: id, events });
    return { ok: true as const, id, secret };
  });
}
