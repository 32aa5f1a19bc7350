import { randomBytes } from "node:crypto";
import type { DateTime } from "luxon";
import type { FieldCrypto } from "~/infra/crypto.server";

/**
 * A browser in which a person has signed in completely before. It opens nothing: its tries at their password are counted by
 * themselves, so that whoever guesses elsewhere cannot keep them out. A new password ends it, and so does half a year.
 *
 * The cookie's value is base64url of a device number (16 bytes), seconds since 1970 (6 bytes) and a 128-bit signature that binds
 * both to the person and their password. One cookie for each person, since colleagues may share a browser.
 */
type Person = { id: string; passwordHash: string | null };

const days = 180;
const numberBytes = 16;
const signedBytes = numberBytes + 6;
const length = Math.ceil(((signedBytes + 16) * 8) / 6);

const nameOf = (crypto: FieldCrypto, { id }: Person): string => `__Host-device-${crypto.lookup(`known device ${id}`, "content").slice(0, 12)}`;
const purposeOf = ({ id, passwordHash }: Person): string => `known-device:${id}:${passwordHash ?? ""}`;

/** The Set-Cookie value that makes the browser known, from a complete sign-in. */
export function deviceCookie(crypto: FieldCrypto, person: Person, now: DateTime): string {
  const message = Buffer.alloc(signedBytes);
  randomBytes(numberBytes).copy(message);
  message.writeUIntBE(Math.floor(now.toSeconds()), numberBytes, 6);
  const value = Buffer.concat([message, crypto.signature(message, purposeOf(person))]).toString("base64url");
  return `${nameOf(crypto, person)}=${value}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=${days * 86_400}`;
}

/** The number of the device a request comes from, where it is known for this person; else null. */
export function knownDevice(crypto: FieldCrypto, person: Person, cookies: string | null | undefined, now: DateTime): string | null {
  const name = `${nameOf(crypto, person)}=`;
  const found = cookies?.split(";").find((pair) => pair.trim().startsWith(name));
  const value = found?.trim().slice(name.length) ?? "";
  if (value.length !== length || !/^[\w-]+$/.test(value)) return null;
  const bytes = Buffer.from(value, "base64url");
  const message = bytes.subarray(0, signedBytes);
  if (!crypto.verifySignature(message, purposeOf(person), bytes.subarray(signedBytes))) return null;
  const age = now.toSeconds() - message.readUIntBE(numberBytes, 6);
  return age < days * 86_400 ? message.subarray(0, numberBytes).toString("hex") : null;
}
