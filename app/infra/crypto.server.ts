import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { CountryCode } from "libphonenumber-js/max";
import { deriveKey, type KeyRing } from "./key-ring.server";
import { foldName, normaliseEmail, normalisePhone } from "./normalise";

/**
 * Field-level encryption of personal data at rest (CHAT-PP 4) and keyed hashes where a value must be found again.
 *
 * `context` names the column, e.g. `reporter.email`: it is authenticated, so a sealed value moved into another
 * column does not open there.
 */
export interface FieldCrypto {
  seal(plain: string, context: string): string;
  /** @throws when the value was altered, sealed for another context, or by a key no longer on the ring */
  open(sealed: string, context: string): string;
  /** Whether the value was sealed by a key that is no longer the first one. */
  needsReseal(sealed: string): boolean;
  /** The same value under the first key; returned unchanged when it already is. */
  reseal(sealed: string, context: string): string;
  /** HMAC-SHA256 in hex of the normalised value. Hashes of different kinds never meet. */
  lookup(value: string, kind: LookupKind): string;
  /** 128 bits that only this installation can make for this purpose; see `signed-link.server.ts`. */
  signature(message: Uint8Array, purpose: string): Buffer;
  verifySignature(message: Uint8Array, purpose: string, signature: Uint8Array): boolean;
}

export type LookupKind = "email" | "phone" | "name" | "session" | "api-key" | "link" | "recovery-code" | "content" | "payment" | "device" | "domain";

export interface FieldCryptoOptions {
  ring: KeyRing;
  /** Stays the same for the life of the data: hashes cannot be re-keyed without the clear values. */
  lookupKey: Buffer;
  /** Country in which a phone number without `+` is read. */
  country?: CountryCode;
}

const version = "v1";
const ivBytes = 12;
const tagBytes = 16;
const signatureBytes = 16;

export function createFieldCrypto({ ring, lookupKey, country = "US" }: FieldCryptoOptions): FieldCrypto {
  const sealing = new Map(ring.keys.map((key) => [key.id, deriveKey(key.secret, "field")]));
  const signing = ring.keys.map((key) => deriveKey(key.secret, "signature"));
  const hashing = deriveKey(lookupKey, "lookup");
  const current = ring.keys[0].id;

  const seal = (plain: string, context: string): string => {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv("aes-256-gcm", keyOf(sealing, current), iv, { authTagLength: tagBytes });
    cipher.setAAD(associated(current, context));
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return `${version}.${current}.${Buffer.concat([iv, body, cipher.getAuthTag()]).toString("base64url")}`;
  };

  const open = (sealed: string, context: string): string => {
    const { keyId, bytes } = dissect(sealed);
    const decipher = createDecipheriv("aes-256-gcm", keyOf(sealing, keyId), bytes.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(associated(keyId, context));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    const plain = decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes));
    // GCM holds nothing back: this only checks the tag.
    decipher.final();
    return plain.toString("utf8");
  };

  const needsReseal = (sealed: string): boolean => dissect(sealed).keyId !== current;

  const sign = (key: Buffer, message: Uint8Array, purpose: string): Buffer =>
    createHmac("sha256", key).update(`${purpose}\0`).update(message).digest().subarray(0, signatureBytes);

  return {
    seal,
    open,
    needsReseal,
    reseal: (sealed, context) => (needsReseal(sealed) ? seal(open(sealed, context), context) : sealed),
    lookup: (value, kind) =>
      createHmac("sha256", hashing).update(`${kind}\0${normalised(value, kind, country)}`).digest("hex"),
    signature: (message, purpose) => sign(signing[0]!, message, purpose),
    verifySignature: (message, purpose, signature) =>
      signing.map((key) => equalBytes(sign(key, message, purpose), signature)).includes(true),
  };
}

/** Compares in constant time; unequal lengths are unequal. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function normalised(value: string, kind: LookupKind, country: CountryCode): string {
  switch (kind) {
    case "email":
      return normaliseEmail(value);
    case "phone":
      return normalisePhone(value, country);
    case "name":
      return foldName(value);
    case "session":
    case "api-key":
    case "link":
    case "recovery-code":
    case "content":
    case "payment":
    case "device":
    case "domain":
      return value;
  }
}

function associated(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}.${keyId}\0${context}`, "utf8");
}

function dissect(sealed: string): { keyId: string; bytes: Buffer } {
  const [format, keyId, body, ...rest] = sealed.split(".");
  const bytes = Buffer.from(body ?? "", "base64url");
  const intact = format === version && keyId && rest.length === 0 && bytes.length >= ivBytes + tagBytes;
  if (!intact) throw new Error("not a sealed value");
  return { keyId, bytes };
}

function keyOf(keys: ReadonlyMap<string, Buffer>, id: string): Buffer {
  const key = keys.get(id);
  if (!key) throw new Error(`no key "${id}" on the key ring`);
  return key;
}
