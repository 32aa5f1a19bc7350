import type { IncomingMessage, ServerResponse } from "node:http";
import { dataHeaders } from "./security-headers";
import { bodyIsUnread, letBodyPass } from "./unread-body";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** A page for the cases in which the application itself cannot answer; it says what happened and what to do next. */
export function sendPlainPage(request: IncomingMessage, response: ServerResponse, status: number, title: string, sentence: string): void {
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title></head><body><main><h1>${escape(title)}</h1><p>${escape(sentence)}</p></main></body></html>`;
  response.statusCode = status;
  for (const [name, value] of Object.entries(dataHeaders)) response.setHeader(name, value);
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.setHeader("content-length", Buffer.byteLength(html));
  if (bodyIsUnread(request)) response.setHeader("connection", "close");
  response.end(request.method === "HEAD" ? undefined : html);
  letBodyPass(request);
}
