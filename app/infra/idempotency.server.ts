import { createHash } from "node:crypto";
import type { DateTime } from "luxon";
import type { z } from "zod";
import type { Prisma, Tx } from "./db.server";

export interface IdempotentRequest {
  /** What kind of request, e.g. "report.submit". */
  scope: string;
  /** The hidden field of the form, or the Idempotency-Key header. */
  key: string;
  /** Hash of what was asked: the same key with another content is another request, or a mistake of the caller. */
  requestHash: string;
  at: DateTime;
}

export type Claim<Response> = { state: "first" } | { state: "repeated"; response: Response } | { state: "reused" };

/**
 * Claims a key in the caller's transaction. A second request with the key waits for the first to commit and is then
 * given its response; if the first is rolled back, the second is the first. Call `answerRequest` before the commit.
 *
 * @returns `reused` when the key was used for something else
 */
export async function claimRequest<Response>(tx: Tx, request: IdempotentRequest, shape: z.ZodType<Response>): Promise<Claim<Response>> {
  const { scope, key, requestHash, at } = request;
  const claimed = await tx.$executeRaw`
    INSERT INTO idempotency_key (scope, key, request_hash, created_at)
    VALUES (${scope}, ${key}, ${requestHash}, ${at.toJSDate()})
    ON CONFLICT (scope, key) DO NOTHING`;
  if (claimed === 1) return { state: "first" };
  const found = await tx.idempotencyKey.findUniqueOrThrow({ where: { scope_key: { scope, key } } });
  if (found.requestHash !== requestHash) return { state: "reused" };
  return { state: "repeated", response: shape.parse(found.response) };
}

export async function answerRequest(tx: Tx, { scope, key }: IdempotentRequest, response: Prisma.InputJsonObject): Promise<void> {
  await tx.idempotencyKey.update({ where: { scope_key: { scope, key } }, data: { response } });
}

/** A hash of anything that JSON can say; keys in the order given. */
export const requestHashOf = (request: unknown): string => createHash("sha256").update(JSON.stringify(request)).digest("hex");
