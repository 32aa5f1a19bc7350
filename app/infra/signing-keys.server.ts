import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { KeyRing } from "./key-ring.server";

/** One of the product's own keys: signs what leaves it, so that a change can be shown. */
export interface SigningKey {
  id: string;
  /** SHA-256 of the public key (SPKI, DER) in hex: how the key is named and published. */
  fingerprint: string;
  /** PEM. */
  publicKey: string;
  /** Ed25519 (RFC 8032): 64 bytes, the same for the same message. */
  sign(message: Uint8Array): Buffer;
}

/** PKCS #8 before the 32-byte seed of an Ed25519 key (RFC 8410). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** The ring's keys, newest first: the first one signs, all are published. */
export function signingKeysOf(ring: KeyRing): [SigningKey, ...SigningKey[]] {
  return ring.keys.map(({ id, secret }) => {
    const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, secret]), format: "der", type: "pkcs8" });
    const publicKey = createPublicKey(privateKey);
    return {
      id,
      fingerprint: fingerprintOf(publicKey),
      publicKey: publicKey.export({ format: "pem", type: "spki" }).toString(),
      sign: (message: Uint8Array) => sign(null, message, privateKey),
    };
  }) as [SigningKey, ...SigningKey[]];
}

export const fingerprintOf = (publicKey: KeyObject): string => createHash("sha256").update(publicKey.export({ format: "der", type: "spki" })).digest("hex");

/** @returns the Ed25519 key of a PEM text, or null when it is none */
export function readPublicKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    return null;
  }
}

export const verifiesSignature = (publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean => verify(null, message, publicKey, signature);
