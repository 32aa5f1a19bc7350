import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { saveSender, type ChannelProvider } from "./channel.repo.server";
import type { NameSenderInput } from "./set-channel.schema";

/** What stands for a provider's sender in the database: it may be a telephone number. */
export const senderHash = (crypto: Deps["crypto"], provider: ChannelProvider, sender: string): string => crypto.lookup(`channel-sender:${provider}:${sender}`, "content");

/** Says whose a provider's sender is; said again of another account, it is that one's from then on. */
export async function nameSender(deps: Pick<Deps, "db" | "clock" | "crypto">, actor: Actor, input: NameSenderInput): Promise<Result<{ accountId: string }, "forbidden" | "platform_unknown" | "account_unknown">> {
  if (actor.kind !== "system" && !(actor.kind === "staff" && may(actor, "settings:manage"))) return refuse("forbidden");
  const now = deps.clock();
  const { platformKey, provider, externalId, sender } = input;
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const account = await tx.account.findFirst({ where: { platformId: platform.id, externalId }, select: { id: true } });
    if (!account) return refuse("account_unknown");
    await saveSender(tx, { platformId: platform.id, provider, lookupHash: senderHash(deps.crypto, provider, sender), accountId: account.id, hint: sender.slice(-4) }, now.toJSDate());
    await recordAudit(tx, actor, { type: "channel.sender_named", at: now, platformId: platform.id, accountId: account.id, provider, hint: sender.slice(-4) });
    return { ok: true, accountId: account.id };
  });
}
