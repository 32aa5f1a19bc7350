import type { ServerResponse } from "node:http";
import { keepAliveTimeout } from "~/infra/http/http-server";
import { dataHeaders } from "~/infra/http/security-headers";

/**
 * An answer to a key in a header, which no browser sends of itself, is never a page: of the headers for pages only the one
 * against guessing its type is left.
 */
export const fixedHeaders: readonly string[] = ["x-content-type-options", dataHeaders["x-content-type-options"]!];

/** The same JSON in ASCII, which is written without being encoded. */
export const ascii = (json: string): string => json.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * A body that is sent with its head in one piece: `end` would give the socket an empty last piece as well, and so a
 * list to write instead of a string. Corked by us, so that `write` puts no uncorking off to the next tick. A response that waits
 * behind another one has no socket yet, and is kept whole.
 */
export function endWith(response: ServerResponse, body: string): void {
  const { socket } = response;
  socket?.cork();
  response.write(body, "latin1");
  socket?.uncork();
  response.end();
}

/** The head of an answer with these headers, each name before its value, up to what every answer of a second has in common. */
export function headOf(headers: readonly string[], status: "200 OK" | "202 Accepted" = "200 OK"): string {
  let head = `HTTP/1.1 ${status}\r\n`;
  for (let n = 0; n < headers.length; n += 2) head += `${headers[n]}: ${headers[n + 1]}\r\n`;
  return head;
}

let common = { second: 0, text: "" };

/** What Node puts at the end of each head: when it was written, and that the connection stays. */
function endOfHead(): string {
  const second = Math.floor(Date.now() / 1000);
  if (common.second === second) return common.text;
  common = { second, text: `Date: ${new Date(second * 1000).toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${keepAliveTimeout / 1000}\r\n\r\n` };
  return common.text;
}

/**
 * The same with a head that was put together before: to check and join the headers of each answer anew costs as much as finding out
 * what to answer. Only for a response whose connection stays (`shouldKeepAlive`). Node has no door for it, so the head is
 * given to it as it keeps its own; `gate-api.test.ts` and `events-door.test.ts` hold that both come out alike.
 */
export function endWithHead(response: ServerResponse, head: string, body: string): void {
  (response as unknown as { _header: string })._header = head + endOfHead();
  endWith(response, body);
}
