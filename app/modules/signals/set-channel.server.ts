import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockChannel, saveChannel, switchChannel as saveSwitch } from "./channel.repo.server";
import type { SetChannelInput, SwitchChannelInput } from "./set-channel.schema";

export const [secretContext, verifyTokenContext] = ["channel.secret", "channel.verify_token"];

/** So long what was replaced still counts, so that no call is lost between here and the provider's own settings. */
const overlapHours = 24;

type Refused = "forbidden" | "platform_unknown" | "verify_token_missing";

const mayManage = (actor: Actor): boolean => actor.kind === "system" || (actor.kind === "staff" && may(actor, "settings:manage"));

/**
 * Sets by what a provider proves that it calls: it counts from the next call on, and what it replaces for another day. WhatsApp's
 * handshake needs a token too, which stays when no other is given. The trail knows that it was set, not what it is.
 */
export async function setChannel(deps: Pick<Deps, "db" | "clock" | "crypto">, actor: Actor, input: SetChannelInput): Promise<Result<{ replaced: boolean }, Refused>> {
  if (!mayManage(actor)) return refuse("forbidden");
  const now = deps.clock();
  const { platformKey, provider, secret, verifyToken } = input;
  return transact(deps.db, async (tx): Promise<Result<{ replaced: boolean }, Refused>> => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const before = await lockChannel(tx, platform.id, provider);
    if (provider === "whatsapp" && verifyToken === undefined && !before?.hasVerifyToken) return refuse("verify_token_missing");
    const sealed = { secretSealed: deps.crypto.seal(secret, secretContext!), ...(verifyToken === undefined ? {} : { verifyTokenSealed: deps.crypto.seal(verifyToken, verifyTokenContext!) }) };
    const previous = before ? { previousSecretSealed: before.secretSealed, previousUntil: now.plus({ hours: overlapHours }).toJSDate() } : { previousSecretSealed: null, previousUntil: null };
    await saveChannel(tx, { platformId: platform.id, provider, ...sealed, ...previous }, now.toJSDate());
    await recordAudit(tx, actor, { type: "channel.secret_set", at: now, platformId: platform.id, provider, replaced: before !== null, verifyTokenSet: verifyToken !== undefined });
    return { ok: true, replaced: before !== null };
  });
}

/** Switches a channel off, so that whatever calls it is refused as if it had never been set, or on again with the secrets it has. */
export async function switchChannel(deps: Pick<Deps, "db" | "clock">, actor: Actor, { platformKey, provider, on }: SwitchChannelInput): Promise<Result<object, "forbidden" | "platform_unknown" | "channel_not_set" | "nothing_to_switch">> {
  if (!mayManage(actor)) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, "platform_unknown" | "channel_not_set" | "nothing_to_switch">> => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const before = await lockChannel(tx, platform.id, provider);
    if (!before) return refuse("channel_not_set");
    if (before.enabled === on) return refuse("nothing_to_switch");
    await saveSwitch(tx, platform.id, provider, on, now.toJSDate());
    await recordAudit(tx, actor, { type: "channel.switched", at: now, platformId: platform.id, provider, on });
    return { ok: true };
  });
}
