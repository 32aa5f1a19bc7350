import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { problem, type Answer } from "~/infra/http/problem";
import { readRawBody } from "~/infra/http/raw-body";
import { malformed } from "~/modules/signals/read-events";

export const mostEvents = 1_000;
export const mostBytes = 5 * 1024 * 1024;

export type EventBody = { ok: true; raws: unknown[] } | { ok: false; answer: Answer };

export type Form = "array" | "lines";
const forms: ReadonlyMap<string, Form> = new Map([["application/json", "array"], ["application/x-ndjson", "lines"], ["application/ndjson", "lines"], ["application/jsonl", "lines"]]);

/** How the body says its events are written, or null for a form that is not read. */
export const formOf = (contentType = ""): Form | null => forms.get(contentType) ?? forms.get(contentType.split(";", 1)[0]!.trim().toLowerCase()) ?? null;

/** @returns also the bytes, unpacked: what an Idempotency-Key belongs to */
export async function readEventBody(request: IncomingMessage): Promise<{ ok: true; raws: unknown[]; bytes: Buffer } | { ok: false; answer: Answer }> {
  const form = formOf(request.headers["content-type"]);
  if (!form) return { ok: false, answer: problem("unsupported_media_type", { detail: "Send content-type: application/json with an array, or application/x-ndjson with an event a line." }) };
  const read = await readRawBody(request, mostBytes, { gunzips: true });
  if (!read.ok) return read;
  const body = eventsIn(read.bytes, form);
  return body.ok ? { ...body, bytes: read.bytes } : body;
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

/** What the bytes hold; a line that is no JSON is one event that is not in order, an array that is none is no body. */
export function eventsIn(bytes: Buffer, form: Form): EventBody {
  const isText = isUtf8(bytes);
  if (!isText && form === "array") return refused(problem("bad_request", { code: "malformed_json", detail: "The body is not text in UTF-8." }));
  const raws = isText ? rawsIn(bytes.toString("utf8", byteOrderMark.every((byte, n) => bytes[n] === byte) ? byteOrderMark.length : 0), form) : linesApart(bytes);
  if (raws === null) return refused(problem("bad_request", { code: "malformed_json", detail: "The body is not an array in JSON." }));
  if (raws.length > mostEvents) return refused(problem("content_too_large", { code: "too_many_events", detail: `At most ${mostEvents} events are taken at once; none of these was.` }));
  return { ok: true, raws };
}

function arrayIn(text: string): unknown[] | null {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** One event a line; empty lines are none. Past the limit nothing more is parsed. */
function linesOf(text: string): unknown[] {
  const raws: unknown[] = [];
  for (let from = 0; from < text.length && raws.length <= mostEvents; ) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? undefined : end).trim();
    from = end < 0 ? text.length : end + 1;
    if (line !== "") raws.push(parsed(line));
  }
  return raws;
}

const rawsIn = (text: string, form: Form): unknown[] | null => (form === "lines" ? linesOf(text) : arrayIn(text));

/** Each line by itself: one that is no UTF-8 is no JSON, and costs those beside it nothing. */
function linesApart(bytes: Buffer): unknown[] {
  const raws: unknown[] = [];
  for (let from = 0; from < bytes.length && raws.length <= mostEvents; ) {
    const end = bytes.indexOf("\n", from);
    const line = bytes.subarray(from, end < 0 ? undefined : end);
    from = end < 0 ? bytes.length : end + 1;
    raws.push(...(isUtf8(line) ? linesOf(line.toString("utf8")) : [malformed]));
  }
  return raws;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return malformed;
  }
}

const refused = (answer: Answer): EventBody => ({ ok: false, answer });
