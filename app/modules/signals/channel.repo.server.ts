import type { Db, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";

export const channelProviders = ["whatsapp", "twilio"] as const;
export type ChannelProvider = (typeof channelProviders)[number];

export interface ChannelRow {
  platformId: string;
  secretSealed: string;
  verifyTokenSealed: string | null;
  previousSecretSealed: string | null;
  previousUntil: Date | null;
}

export async function channelOf(db: Db, platformKey: string, provider: ChannelProvider): Promise<ChannelRow | null> {
  return db.channel.findFirst({ where: { provider, enabled: true, platform: { key: platformKey } }, select: { platformId: true, secretSealed: true, verifyTokenSealed: true, previousSecretSealed: true, previousUntil: true } });
}

/** The channel, locked until the transaction ends; null where none was ever set. */
export async function lockChannel(tx: Tx, platformId: string, provider: ChannelProvider): Promise<{ enabled: boolean; secretSealed: string; hasVerifyToken: boolean } | null> {
  const [row] = await tx.$queryRaw<{ enabled: boolean; secretSealed: string; hasVerifyToken: boolean }[]>`
    SELECT enabled, secret_sealed AS "secretSealed", verify_token_sealed IS NOT NULL AS "hasVerifyToken" FROM channel WHERE platform_id = ${platformId}::uuid AND provider = ${provider}::channel_provider FOR UPDATE`;
  return row ?? null;
}

/** Notes that a channel was called, once a minute at most: callers are many, and one may be hostile. */
export async function noteCall(db: Db, platformId: string, provider: ChannelProvider, signed: boolean, at: Date): Promise<void> {
  const before = new Date(at.getTime() - 60_000);
  const column = signed ? "lastReceivedAt" : "lastRefusedAt";
  await db.channel.updateMany({ where: { platformId, provider, OR: [{ [column]: null }, { [column]: { lt: before } }] }, data: { [column]: at } });
}

export async function switchChannel(tx: Tx, platformId: string, provider: ChannelProvider, enabled: boolean, at: Date): Promise<void> {
  await tx.channel.update({ where: { platformId_provider: { platformId, provider } }, data: { enabled, updatedAt: at }, select: { id: true } });
}

export async function saveChannel(tx: Tx, channel: { platformId: string; provider: ChannelProvider; secretSealed: string; verifyTokenSealed?: string; previousSecretSealed: string | null; previousUntil: Date | null }, at: Date): Promise<void> {
  const { platformId, provider, ...secrets } = channel;
  await tx.channel.upsert({
    where: { platformId_provider: { platformId, provider } },
    create: { id: newId(), ...channel, createdAt: at, updatedAt: at },
    update: { ...secrets, updatedAt: at },
  });
}

export async function saveSender(tx: Tx, sender: { platformId: string; provider: ChannelProvider; lookupHash: string; accountId: string; hint: string }, at: Date): Promise<void> {
  const { platformId, provider, lookupHash, accountId, hint } = sender;
  await tx.channelSender.upsert({
    where: { platformId_provider_lookupHash: { platformId, provider, lookupHash } },
    create: { ...sender, createdAt: at },
    update: { accountId, hint },
  });
}

/** Whose these senders are, by the hashes that stand for them. */
export async function accountsOfSenders(db: Db, platformId: string, provider: ChannelProvider, hashes: readonly string[]): Promise<Map<string, { id: string; externalId: string }>> {
  const found = await db.channelSender.findMany({
    where: { platformId, provider, lookupHash: { in: [...hashes] } },
    select: { lookupHash: true, account: { select: { id: true, externalId: true } } },
  });
  return new Map(found.map((row) => [row.lookupHash, row.account]));
}

export interface NoticeRow {
  field: string;
  contentHash: string;
  accountId: string | null;
  bodySealed: string;
}

/** Keeps those that are new. */
export async function keepChannelNotices(db: Db, platformId: string, provider: ChannelProvider, notices: readonly NoticeRow[], receivedAt: Date): Promise<void> {
  await db.channelNotice.createMany({ data: notices.map((notice) => ({ id: newId(), platformId, provider, receivedAt, ...notice })), skipDuplicates: true });
}

export const countChannelNotices = (db: Db, platformId: string, since: Date): Promise<number> => db.channelNotice.count({ where: { platformId, receivedAt: { gte: since } } });
