import type { DateTime } from "luxon";
import type { Actor } from "./actor";

/** What a platform's key may be used for. */
export const apiScopes = ["gate:read", "account:write", "report:write", "event:write", "statement:read", "notice:read"] as const;
export type ApiScope = (typeof apiScopes)[number];

export const isApiScope = (text: string): text is ApiScope => (apiScopes as readonly string[]).includes(text);

/** Whether this caller is a platform's key that carries the scope. */
export const mayCall = (actor: Actor, scope: ApiScope): actor is Extract<Actor, { kind: "api_key" }> =>
  actor.kind === "api_key" && actor.scopes.includes(scope);

const secretLength = 43;
const shown = 8;
const format = new RegExp(`^tsk_[A-Za-z0-9_-]{${secretLength}}$`);

/** A key as it is handed over, once: `tsk_` and 32 random bytes in base64url. */
export const apiKeyFrom = (secret: Buffer): string => `tsk_${secret.toString("base64url")}`;

export const looksLikeApiKey = (text: string): boolean => format.test(text);

/** What lists show of a key, so that people can tell theirs apart; the rest cannot be guessed from it. */
export const prefixOf = (key: string): string => key.slice(0, "tsk_".length + shown);

/** The key in an `Authorization: Bearer …` header, or null when there is none of our form. */
export function bearerKeyIn(header: string | undefined): string | null {
  const token = /^Bearer +(\S+)$/i.exec(header ?? "")?.[1];
  return token !== undefined && looksLikeApiKey(token) ? token : null;
}

export interface ApiKeyLife {
  expiresAt: DateTime | null;
  revokedAt: DateTime | null;
}

export type ApiKeyState = "live" | "expired" | "revoked";

export function apiKeyState(key: ApiKeyLife, now: DateTime): ApiKeyState {
  if (key.revokedAt && key.revokedAt <= now) return "revoked";
  return key.expiresAt && key.expiresAt <= now ? "expired" : "live";
}
