import { hkdfSync } from "node:crypto";
import { z } from "zod";

/**
 * The operator's secret keys, newest first. The first key seals, every key opens: to rotate, put a new key in
 * front, restart, re-seal what is old, and only then drop the old key.
 */
export interface KeyRing {
  keys: readonly [RingKey, ...RingKey[]];
}

export interface RingKey {
  /** Written in clear into everything the key seals. */
  id: string;
  secret: Buffer;
}

const keyEntry = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,30}:[A-Za-z0-9+/_-]+={0,2}$/, "expected id:base64")
  .transform((entry) => {
    const cut = entry.indexOf(":");
    return { id: entry.slice(0, cut), secret: Buffer.from(entry.slice(cut + 1), "base64") };
  })
  .refine((key) => key.secret.length === 32, "a key is 32 bytes of base64 (openssl rand -base64 32)");

/** Parses `k2:<base64>,k1:<base64>`: 32-byte keys, newest first, ids unique. */
export const keyRingSchema = z
  .string()
  .transform((text) => text.split(",").map((entry) => entry.trim()))
  .pipe(z.array(keyEntry).nonempty())
  .refine((keys) => new Set(keys.map((key) => key.id)).size === keys.length, "two keys have the same id")
  .transform((keys): KeyRing => ({ keys: keys as [RingKey, ...RingKey[]] }));

/** An independent 32-byte key for one purpose, so that no two uses ever share key material (RFC 5869). */
export function deriveKey(secret: Buffer, purpose: string, salt: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, `trust-safety/${purpose}`, 32));
}
