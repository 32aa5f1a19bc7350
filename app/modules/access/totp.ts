import type { DateTime } from "luxon";
import { Secret, TOTP } from "otpauth";

/** RFC 6238 with what every authenticator app assumes: SHA-1, 6 digits, 30 s. */
const shape = { algorithm: "SHA1", digits: 6, period: 30 } as const;
const drift = 1;

/** @returns 160 random bits in base32, the length RFC 4226 recommends */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** The address an authenticator app reads from the QR code. */
export const totpUri = (secret: string, person: { email: string }, issuer: string): string =>
  new TOTP({ ...shape, issuer, label: person.email, secret: Secret.fromBase32(secret) }).toString();

/**
 * Checks a code against the current 30-second step and one either side.
 *
 * A step counts once: a code seen over a shoulder or replayed by a proxy is refused, as is any older one
 * (RFC 6238 section 5.2).
 *
 * @returns the step the code belongs to, to be stored as used, or null
 */
export function acceptedStep(secret: string, code: string, now: DateTime, lastUsedStep: number | null): number | null {
  const token = code.replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const timestamp = now.toMillis();
  const delta = TOTP.validate({ ...shape, token, secret: Secret.fromBase32(secret), timestamp, window: drift });
  if (delta === null) return null;
  const step = TOTP.counter({ period: shape.period, timestamp }) + delta;
  return lastUsedStep !== null && step <= lastUsedStep ? null : step;
}
