import type { IncomingMessage } from "node:http";
import { problem, type Answer } from "./problem";

export type BodyRead = { ok: true; value: unknown } | { ok: false; answer: Answer };

/** Reads a JSON body of at most `limit` bytes; a longer one is refused before it is all taken in. */
export async function readJsonBody(request: IncomingMessage, limit: number): Promise<BodyRead> {
  const mediaType = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json") return { ok: false, answer: problem("unsupported_media_type", { detail: "Send content-type: application/json." }) };
  const tooLarge = () => ({ ok: false as const, answer: problem("content_too_large", { detail: `At most ${limit} bytes are read here.`, headers: { connection: "close" } }) });
  if (Number(request.headers["content-length"] ?? 0) > limit) return tooLarge();

  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving this loop must not destroy the connection: the refusal still has to travel over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return tooLarge();
    chunks.push(chunk);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, answer: problem("bad_request", { code: "malformed_json", detail: "The body is not valid JSON in UTF-8." }) };
  }
}
