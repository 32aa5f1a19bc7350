import type { ServerResponse } from "node:http";
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
