import type { IncomingMessage } from "node:http";

const patienceMs = 5_000;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;

export const bodyIsUnread = (request: IncomingMessage): boolean => hasBody(request) && !request.complete && !request.destroyed;

/**
 * After an answer that did not wait for the body: the rest is let past for a moment, because closing the
 * connection at once would reset it before the caller has read why.
 */
export function letBodyPass(request: IncomingMessage): void {
  if (!bodyIsUnread(request)) return;
  request.resume();
  const hangUp = setTimeout(() => request.destroy(), patienceMs);
  hangUp.unref();
  request.once("close", () => clearTimeout(hangUp));
}
