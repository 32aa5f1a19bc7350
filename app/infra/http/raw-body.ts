import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { problem, type Answer } from "./problem";

const unzip = promisify(gunzip);

export type RawBody = { ok: true; bytes: Buffer } | { ok: false; answer: Answer };

/**
 * Reads a body as it was sent, at most `limit` bytes of it, whether it says its length or not. With `gunzips` one that was
 * compressed by gzip is opened, and the limit holds for what comes out: it is let go the moment it grows larger.
 */
export async function readRawBody(request: IncomingMessage, limit: number, { gunzips = false } = {}): Promise<RawBody> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const zipped = encoding === "gzip" && gunzips;
  if (!zipped && encoding !== "identity") return { ok: false, answer: problem("unsupported_media_type", { detail: gunzips ? "Of content-encodings only gzip is read here." : "Send the body without a content-encoding." }) };
  if (Number(request.headers["content-length"] ?? 0) > limit) return { ok: false, answer: tooLarge(limit) };

  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving this loop must not destroy the connection: the refusal still has to travel over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) return { ok: false, answer: tooLarge(limit) };
    chunks.push(chunk);
  }
  const sent = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  if (!zipped) return { ok: true, bytes: sent };
  try {
    return { ok: true, bytes: await unzip(sent, { maxOutputLength: limit }) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") return { ok: false, answer: tooLarge(limit) };
    return { ok: false, answer: problem("bad_request", { code: "malformed_gzip", detail: "The body is not what gzip makes." }) };
  }
}

const tooLarge = (limit: number): Answer => problem("content_too_large", { detail: `At most ${limit} bytes are read here, counted when unpacked.`, headers: { connection: "close" } });
