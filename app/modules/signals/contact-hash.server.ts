import { createHmac } from "node:crypto";
import { deriveKey } from "~/infra/key-ring.server";
import { createKeyedHash, type KeyedHash } from "~/infra/keyed-hash";
import { uuidBytes } from "./event-rows";

/** A provider's message id may hold the number it went to (WhatsApp's do, in base64). */
export type HashKind = "contact" | "address" | "message";

export interface ContactHash {
  /** Writes the 16 bytes that stand for the value on that platform. */
  write(platformId: string, kind: HashKind, value: string, into: Uint8Array, at: number): void;
  /** The same as a UUID. */
  uuid(platformId: string, kind: HashKind, value: string): string;
}

interface Keyed {
  fast: KeyedHash;
  key: Buffer;
}

/**
 * Keyed hashes of contacts and network addresses: HMAC-SHA-256 under a key that belongs to the platform and the kind, cut
 * to 16 bytes. The same person on two platforms has two hashes that nothing connects, and without the key nobody can try
 * out numbers. Values are normalised by their schema: a number is E.164, an address is spelled in one way (`plainAddress`).
 */
export function createContactHash(lookupKey: Buffer): ContactHash {
  const known: Record<HashKind, Map<string, Keyed>> = { contact: new Map(), address: new Map(), message: new Map() };
  const keyed = (platformId: string, kind: HashKind): Keyed => {
    const found = known[kind].get(platformId);
    if (found) return found;
    const key = deriveKey(lookupKey, `event-${kind}`, uuidBytes(platformId));
    const made = { key, fast: createKeyedHash(key) };
    known[kind].set(platformId, made);
    return made;
  };
  const write: ContactHash["write"] = (platformId, kind, value, into, at) => {
    const { fast, key } = keyed(platformId, kind);
    if (!fast.write(value, into, at)) createHmac("sha256", key).update(value).digest().copy(into, at, 0, 16);
  };
  return {
    write,
    uuid(platformId, kind, value) {
      const bytes = Buffer.alloc(16);
      write(platformId, kind, value, bytes, 0);
      return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    },
  };
}

/** One spelling for each address: of IPv6 the shortest, and IPv4 as itself also when it comes inside of IPv6. */
export function plainAddress(address: string): string {
  if (!address.includes(":")) return address;
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest);
  if (!mapped) return shortest;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
