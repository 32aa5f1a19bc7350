import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { saveChannel } from "./channel.repo.server";
import type { SetChannelInput } from "./set-channel.schema";

export const [secretContext, verifyTokenContext] = ["channel.secret", "channel.verify_token"];

/** Sets by what a provider proves that it calls: it counts from the next call on. The trail knows that it was set, not what it is. */
export async function setChannel(deps: Pick<Deps, "db" | "clock" | "crypto">, actor: Actor, input: SetChannelInput): Promise<Result<object, "forbidden" | "platform_unknown">> {
  if (actor.kind !== "system" && !(actor.kind === "staff" && may(actor, "settings:manage"))) return refuse("forbidden");
  const now = deps.clock();
  const { platformKey, provider, secret, verifyToken } = input;
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const sealed = { secretSealed: deps.crypto.seal(secret, secretContext!), ...(verifyToken === undefined ? {} : { verifyTokenSealed: deps.crypto.seal(verifyToken, verifyTokenContext!) }) };
    await saveChannel(tx, { platformId: platform.id, provider, ...sealed }, now.toJSDate());
    await recordAudit(tx, actor, { type: "channel.secret_set", at: now, platformId: platform.id, provider });
    return { ok: true };
  });
}
