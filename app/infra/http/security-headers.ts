import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";

export const newNonce = (): string => randomBytes(16).toString("base64");

/**
 * The referrer goes to our own pages only: addresses of private links must not leave, yet form posts need their
 * Origin. Browsers ignore HSTS over plain http.
 */
const common: Record<string, string> = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Of a document: scripts and styles run from our own files or under this response's nonce, never inline without it. */
export const documentHeaders = (nonce: string): Record<string, string> => ({
  ...common,
  "content-security-policy": [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
});

/** Of an API answer, which is data: nothing in it may run, load or be framed. */
export const dataHeaders: Record<string, string> = {
  ...common,
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** Adds, when the headers are about to leave, each one the route did not set itself. */
export function fillHeaders(response: ServerResponse, defaults: Record<string, string>): void {
  const writeHead = response.writeHead;
  response.writeHead = function filled(this: ServerResponse, ...args: Parameters<typeof writeHead>) {
    for (const [name, value] of Object.entries(defaults)) if (!this.hasHeader(name)) this.setHeader(name, value);
    return writeHead.apply(this, args);
  } as typeof writeHead;
}
