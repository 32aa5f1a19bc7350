import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { may, type Actor } from "./actor";
import { lockApiKey, markApiKeyRevoked } from "./api-key.repo.server";
import type { RevokeApiKeyInput } from "./create-api-key.schema";

/** Ends a key at once: every request looks it up. A key that is revoked already stays as it is. */
export async function revokeApiKey(
  deps: Deps,
  actor: Actor,
  input: RevokeApiKeyInput,
): Promise<Result<{ id: string; prefix: string }, "forbidden" | "api_key_unknown">> {
  if (!may(actor, "api-key:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const key = await lockApiKey(tx, input.apiKeyId);
    if (!key) return refuse("api_key_unknown");
    if (!key.revokedAt) {
      await markApiKeyRevoked(tx, key.id, now);
      await recordAudit(tx, actor, { type: "api-key.revoked", at: now, platformId: key.platformId, apiKeyId: key.id });
    }
    return { ok: true as const, id: key.id, prefix: key.prefix };
  });
}
