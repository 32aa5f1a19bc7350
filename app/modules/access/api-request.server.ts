import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { ApiKeyActor } from "./authenticate-api-key.server";

const stored = z.object({ body: z.unknown().optional(), headers: z.record(z.string(), z.string()).optional() });

export interface StoredAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type ApiRequestClaim =
  | { state: "first"; id: string }
  | { state: "answered"; answer: StoredAnswer }
  | { state: "in_progress" }
  | { state: "reused" };

/** A process that died over a request leaves it in progress; after this the next one with the key takes it up. */
const abandonedAfterMs = 60_000;

/** Takes an Idempotency-Key for one request of this API key, or says what became of the request that had it first. */
export async function claimApiRequest(deps: Pick<Deps, "db" | "clock" | "crypto">, actor: ApiKeyActor, request: { key: string; route: string; requestHash: string }): Promise<ApiRequestClaim> {
  const now = deps.clock();
  const { key, route, requestHash } = request;
  const id = newId();
  const [claimed] = await deps.db.$queryRaw<{ id: string }[]>`
    INSERT INTO api_request AS r (id, api_key_id, key, route, request_hash, started_at)
    VALUES (${id}::uuid, ${actor.id}::uuid, ${key}, ${route}, ${requestHash}, ${now.toJSDate()})
    ON CONFLICT (api_key_id, key) DO UPDATE SET id = excluded.id, started_at = excluded.started_at
      WHERE r.answered_at IS NULL AND r.request_hash = excluded.request_hash AND r.started_at < ${now.minus(abandonedAfterMs).toJSDate()}
    RETURNING id`;
  if (claimed) return { state: "first", id };
  const found = await deps.db.apiRequest.findUnique({ where: { apiKeyId_key: { apiKeyId: actor.id, key } } });
  // Given up between the two statements: whoever asks again is the first.
  if (!found) return { state: "in_progress" };
  if (found.requestHash !== requestHash) return { state: "reused" };
  if (found.status === null) return { state: "in_progress" };
  const kept = found.bodySealed === null ? {} : stored.parse(JSON.parse(deps.crypto.open(found.bodySealed, "api_request.body")));
  return { state: "answered", answer: { status: found.status, ...kept } };
}

/** Keeps the answer, sealed: it may hold a private link. */
export async function answerApiRequest(deps: Pick<Deps, "db" | "clock" | "crypto">, id: string, { status, body, headers }: StoredAnswer): Promise<void> {
  const bodySealed = body === undefined ? null : deps.crypto.seal(JSON.stringify({ body, headers }), "api_request.body");
  await deps.db.apiRequest.updateMany({ where: { id }, data: { status, bodySealed, answeredAt: deps.clock().toJSDate() } });
}

export async function forgetApiRequest(deps: Pick<Deps, "db">, id: string): Promise<void> {
  await deps.db.apiRequest.deleteMany({ where: { id, answeredAt: null } });
}
