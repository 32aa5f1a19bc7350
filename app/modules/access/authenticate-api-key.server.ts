import { timingSafeEqual } from "node:crypto";
import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "./actor";
import { apiKeyState } from "./api-key";

export type ApiKeyActor = Extract<Actor, { kind: "api_key" }>;

const usedAgainAfterMs = 60_000;

interface KeyRow {
  id: string;
  platformId: string;
  platformKey: string;
  keyHash: string;
  scopes: string[];
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/**
 * Who holds this key, asked of the database each time, so that a revoked key ends at once. It is found by its keyed
 * hash, which no caller can steer, and compared in constant time. The last use is kept to the minute.
 */
export async function authenticateApiKey(deps: Deps, key: string): Promise<Result<{ actor: ApiKeyActor; platformKey: string; expiresAt: DateTime | null }, "api_key_unknown" | "api_key_ended">> {
  const hash = deps.crypto.lookup(key, "api-key");
  const [row] = await deps.db.$queryRaw<KeyRow[]>`
    SELECT k.id, k.platform_id AS "platformId", p.key AS "platformKey", k.key_hash AS "keyHash", k.scopes, k.expires_at AS "expiresAt",
           k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt"
      FROM api_key k JOIN platform p ON p.id = k.platform_id
     WHERE k.key_hash = ${hash}`;
  if (!row || !timingSafeEqual(Buffer.from(row.keyHash), Buffer.from(hash))) return refuse("api_key_unknown");

  const now = deps.clock();
  const expiresAt = utc(row.expiresAt);
  if (apiKeyState({ expiresAt, revokedAt: utc(row.revokedAt) }, now) !== "live") return refuse("api_key_ended");
  if (!row.lastUsedAt || now.toMillis() - row.lastUsedAt.getTime() >= usedAgainAfterMs) {
    await deps.db.$executeRaw`UPDATE api_key SET last_used_at = ${now.toJSDate()} WHERE id = ${row.id}::uuid AND (last_used_at IS NULL OR last_used_at < ${now.toJSDate()})`;
  }
  return { ok: true, actor: { kind: "api_key", id: row.id, platformId: row.platformId, scopes: row.scopes }, platformKey: row.platformKey, expiresAt };
}

const utc = (at: Date | null): DateTime | null => (at ? DateTime.fromJSDate(at, { zone: "utc" }) : null);
