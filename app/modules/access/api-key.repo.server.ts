import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";

export async function findPlatformId(tx: Tx, key: string): Promise<string | null> {
  const platform = await tx.platform.findUnique({ where: { key }, select: { id: true } });
  return platform?.id ?? null;
}

export interface NewApiKey {
  id: string;
  platformId: string;
  name: string;
  prefix: string;
  keyHash: string;
  scopes: string[];
  createdById: string | null;
  createdAt: DateTime;
  expiresAt: DateTime | null;
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<void> {
  await tx.apiKey.create({ data: { ...key, createdAt: key.createdAt.toJSDate(), expiresAt: key.expiresAt?.toJSDate() ?? null }, select: { id: true } });
}

export async function lockApiKey(tx: Tx, id: string): Promise<{ id: string; platformId: string; prefix: string; revokedAt: Date | null } | null> {
  const [row] = await tx.$queryRaw<{ id: string; platformId: string; prefix: string; revokedAt: Date | null }[]>`
    SELECT id, platform_id AS "platformId", prefix, revoked_at AS "revokedAt" FROM api_key WHERE id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

export async function markApiKeyRevoked(tx: Tx, id: string, at: DateTime): Promise<void> {
  await tx.apiKey.update({ where: { id }, data: { revokedAt: at.toJSDate() }, select: { id: true } });
}

/** The old key ends when the overlap is over. */
export async function markApiKeyReplaced(tx: Tx, id: string, replacedById: string, endsAt: DateTime): Promise<void> {
  await tx.apiKey.update({ where: { id }, data: { replacedById, expiresAt: endsAt.toJSDate() }, select: { id: true } });
}
