import type { Deps } from "~/infra/deps.server";
import { listApiKeys } from "../access/api-key.queries.server";
import { leastRetentionDays } from "./event-retention";
import { channelProviders } from "./channel.repo.server";
import { ruleBookOf } from "./rule-book.repo.server";

const text = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** By which ways a platform's events come, what was last heard of each, and for how long they are kept. Nothing of a secret is in it. */
export async function eventSettings(deps: Pick<Deps, "db" | "clock" | "config">, platformKey: string) {
  const { db } = deps;
  const platform = await db.platform.findUnique({ where: { key: platformKey }, select: { id: true, key: true, name: true, zone: true, eventRetentionDays: true } });
  if (!platform) return null;
  const now = deps.clock().toJSDate();
  const rows = await db.channel.findMany({ where: { platformId: platform.id }, select: { provider: true, enabled: true, updatedAt: true, previousUntil: true, verifyTokenSealed: true, lastReceivedAt: true, lastRefusedAt: true } });
  const senders = await db.channelSender.groupBy({ by: ["provider"], where: { platformId: platform.id }, _count: true });
  const keys = (await listApiKeys(deps, { platformKey })).filter(({ scopes, state }) => scopes.includes("event:write") && state === "live");
  const { book } = await ruleBookOf(db, platform.id);
  return {
    platform: { key: platform.key, name: platform.name, zone: platform.zone },
    keys: keys.map(({ id, name, prefix, lastUsedAt, expiresAt }) => ({ id, name, prefix, lastUsedAt, expiresAt })),
    channels: channelProviders.map((provider) => {
      const row = rows.find((one) => one.provider === provider);
      return {
        provider,
        state: !row ? ("unset" as const) : row.enabled ? ("on" as const) : ("off" as const),
        address: `${deps.config.publicUrl}/webhooks/${provider}/${platform.key}`,
        changedAt: text(row?.updatedAt),
        previousUntil: row?.previousUntil && row.previousUntil > now ? row.previousUntil.toISOString() : null,
        hasVerifyToken: Boolean(row?.verifyTokenSealed),
        lastReceivedAt: text(row?.lastReceivedAt),
        lastRefusedAt: text(row?.lastRefusedAt),
        senders: senders.find((one) => one.provider === provider)?._count ?? 0,
      };
    }),
    retention: { days: platform.eventRetentionDays, least: leastRetentionDays(book.versions) },
  };
}

export type EventSettings = NonNullable<Awaited<ReturnType<typeof eventSettings>>>;
