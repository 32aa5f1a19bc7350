import type { DateTime } from "luxon";

/**
 * How long a staff session lives. Idle: an unattended desk. Absolute: one working day, so that a stolen cookie
 * cannot be kept alive for ever (NIST SP 800-63B, AAL2: at most 12 h, then sign in again).
 */
export const sessionTerms = {
  idleMinutes: 60,
  absoluteHours: 12,
  /** A session that has only the password: long enough to fetch a phone or to enrol one. */
  pendingMinutes: 15,
  /** `lastSeenAt` is written at most this often, so that reading pages does not cost a write each. */
  touchSeconds: 60,
} as const;

export interface SessionTimes {
  createdAt: DateTime;
  lastSeenAt: DateTime;
  expiresAt: DateTime;
  revokedAt: DateTime | null;
}

export type SessionVerdict = "live" | "revoked" | "expired" | "idle";

export function sessionVerdict(session: SessionTimes, now: DateTime): SessionVerdict {
  if (session.revokedAt) return "revoked";
  if (now >= session.expiresAt) return "expired";
  if (now >= session.lastSeenAt.plus({ minutes: sessionTerms.idleMinutes })) return "idle";
  return "live";
}

export const sessionEndsAt = (now: DateTime, complete: boolean): DateTime =>
  complete ? now.plus({ hours: sessionTerms.absoluteHours }) : now.plus({ minutes: sessionTerms.pendingMinutes });

export const needsTouch = (session: Pick<SessionTimes, "lastSeenAt">, now: DateTime): boolean =>
  now.diff(session.lastSeenAt, "seconds").seconds >= sessionTerms.touchSeconds;

/**
 * Where to go after sign-in. Only a path of this site: no scheme, no `//host`, no backslash that a browser
 * reads as a slash, no control characters.
 */
export function safeNext(next: string | null | undefined, fallback = "/queue"): string {
  if (!next || next.length > 500 || !/^\/(?![/\\])/.test(next) || /[\u0000-\u001f\u007f\\]/.test(next)) return fallback;
  if (/^\/(sign-in|sign-out|enrol)(\/|\?|$)/.test(next)) return fallback;
  return next;
}
