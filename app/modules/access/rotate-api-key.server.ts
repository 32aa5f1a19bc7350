import { randomBytes } from "node:crypto";
import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { may, type Actor } from "./actor";
import { apiKeyFrom, apiKeyState, prefixOf } from "./api-key";
import { insertApiKey, lockApiKey, markApiKeyReplaced } from "./api-key.repo.server";
import type { RotateApiKeyInput } from "./create-api-key.schema";

/**
 * Makes a new key that may do what the old one may, shown once, and lets the old one end when the overlap is over, so
 * that the platform can change over without a refused request. A key that would have ended before keeps its end.
 */
export async function rotateApiKey(
  deps: Deps,
  actor: Actor,
  input: RotateApiKeyInput,
): Promise<Result<{ id: string; key: string; prefix: string; oldPrefix: string; oldEndsAt: DateTime }, "forbidden" | "api_key_unknown" | "api_key_over" | "api_key_replaced">> {
  if (!may(actor, "api-key:manage")) return refuse("forbidden");
  const now = deps.clock();
  const key = apiKeyFrom(randomBytes(32));
  return deps.db.$transaction(async (tx) => {
    if (!(await lockApiKey(tx, input.apiKeyId))) return refuse("api_key_unknown");
    const old = await tx.apiKey.findUniqueOrThrow({ where: { id: input.apiKeyId } });
    const [expiresAt, revokedAt] = [old.expiresAt, old.revokedAt].map((at) => (at ? DateTime.fromJSDate(at, { zone: "utc" }) : null));
    if (apiKeyState({ expiresAt: expiresAt ?? null, revokedAt: revokedAt ?? null }, now) !== "live") return refuse("api_key_over");
    if (old.replacedById !== null) return refuse("api_key_replaced");
    const overlapEnds = now.plus({ hours: input.overlapHours });
    const oldEndsAt = expiresAt && expiresAt < overlapEnds ? expiresAt : overlapEnds;
    const life = expiresAt ? expiresAt.diff(DateTime.fromJSDate(old.createdAt)) : null;
    const fresh = { id: newId(), platformId: old.platformId, name: old.name, prefix: prefixOf(key), keyHash: deps.crypto.lookup(key, "api-key"), scopes: old.scopes };
    await insertApiKey(tx, { ...fresh, createdById: actor.kind === "staff" ? actor.id : null, createdAt: now, expiresAt: life ? now.plus(life) : null });
    await markApiKeyReplaced(tx, old.id, fresh.id, oldEndsAt);
    await recordAudit(tx, actor, { type: "api-key.rotated", at: now, platformId: old.platformId, apiKeyId: old.id, replacedById: fresh.id, endsAt: oldEndsAt.toISO() });
    return { ok: true as const, id: fresh.id, key, prefix: fresh.prefix, oldPrefix: old.prefix, oldEndsAt };
  });
}
