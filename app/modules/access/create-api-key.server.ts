import { randomBytes } from "node:crypto";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { may, type Actor } from "./actor";
import { apiKeyFrom, prefixOf } from "./api-key";
import { findPlatformId, insertApiKey } from "./api-key.repo.server";
import type { CreateApiKeyInput } from "./create-api-key.schema";

/** Makes a platform's key. The answer is the only place the key ever appears; the database keeps its keyed hash. */
export async function createApiKey(
  deps: Deps,
  actor: Actor,
  input: CreateApiKeyInput,
): Promise<Result<{ id: string; key: string; prefix: string }, "forbidden" | "platform_unknown">> {
  if (!may(actor, "api-key:manage")) return refuse("forbidden");
  const now = deps.clock();
  const key = apiKeyFrom(randomBytes(32));
  return deps.db.$transaction(async (tx) => {
    const platformId = await findPlatformId(tx, input.platformKey);
    if (!platformId) return refuse("platform_unknown");
    const expiresAt = input.expiresInDays === undefined ? null : now.plus({ days: input.expiresInDays });
    const row = { id: newId(), platformId, name: input.name, prefix: prefixOf(key), keyHash: deps.crypto.lookup(key, "api-key"), scopes: input.scopes };
    await insertApiKey(tx, { ...row, createdById: actor.kind === "staff" ? actor.id : null, createdAt: now, expiresAt });
    await recordAudit(tx, actor, { type: "api-key.created", at: now, platformId, apiKeyId: row.id, scopes: input.scopes, expiresAt: expiresAt?.toISO() });
    return { ok: true as const, id: row.id, key, prefix: row.prefix };
  });
}
