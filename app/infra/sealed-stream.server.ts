import { createCipheriv, createDecipheriv, randomBytes, type DecipherGCM } from "node:crypto";
import { deriveKey, type KeyRing } from "./key-ring.server";

/**
 * Encrypts a file of any size without holding it: AES-256-GCM over 64-KiB segments, each with its number and a
 * "last" mark in the nonce, so that segments cannot be altered, reordered, dropped or cut off at the end (the STREAM
 * construction). Every file has its own key, derived from a ring key and 32 random bytes.
 *
 * Layout: "TSF1" · length of key id (1 byte) · key id · salt (32) · segments of ciphertext and tag (16).
 */
const magic = Buffer.from("TSF1");
const saltBytes = 32;
const tagBytes = 16;
const segmentBytes = 64 * 1024;
const lastMark = 1;

/** The bytes of a stored file are not those that were put, altered, cut off or another's, or nothing is left to open them by. */
export class FileDamaged extends Error {
  override readonly name = "FileDamaged";
}

export async function* sealStream(ring: KeyRing, plain: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const seal = sealer(ring);
  for await (const { bytes, last } of segments(plain, segmentBytes)) yield Buffer.concat(seal(bytes, last));
}

/** The same of a file that is held whole. */
export function sealWhole(ring: KeyRing, plain: Uint8Array): Buffer {
  const seal = sealer(ring);
  const pieces: Buffer[] = [];
  let at = 0;
  for (; plain.byteLength - at > segmentBytes; at += segmentBytes) pieces.push(...seal(plain.subarray(at, at + segmentBytes), false));
  pieces.push(...seal(plain.subarray(at), true));
  return Buffer.concat(pieces);
}

/** Seals segments in their order; the header goes ahead of the first. */
function sealer(ring: KeyRing): (bytes: Uint8Array, last: boolean) => Buffer[] {
  const { id, secret } = ring.keys[0];
  const salt = randomBytes(saltBytes);
  const header = Buffer.concat([magic, Buffer.from([id.length]), Buffer.from(id, "latin1"), salt]);
  const key = deriveKey(secret, "file", salt);
  let number = 0;
  return (bytes, last) => {
    const cipher = createCipheriv("aes-256-gcm", key, nonce(number, last), { authTagLength: tagBytes });
    if (number === 0) cipher.setAAD(header);
    const sealed = [cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
    number += 1;
    return number === 1 ? [header, ...sealed] : sealed;
  };
}

/** Yields only bytes that were authenticated. @throws FileDamaged when anything was altered, cut off, or the key is gone */
export async function* openStream(ring: KeyRing, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new HeaderReader(sealed);
  try {
    yield* openSegments(ring, reader);
  } finally {
    await reader.close();
  }
}

async function* openSegments(ring: KeyRing, reader: HeaderReader): AsyncGenerator<Buffer> {
  const header = await reader.read();
  const ringKey = ring.keys.find((key) => key.id === header.keyId);
  if (!ringKey) throw new FileDamaged(`no key "${header.keyId}" on the key ring`);
  const key = deriveKey(ringKey.secret, "file", header.salt);
  let number = 0;
  for await (const { bytes, last } of segments(reader.rest(), segmentBytes + tagBytes)) {
    if (bytes.length < tagBytes) throw new FileDamaged("the stored file was cut off");
    const decipher = createDecipheriv("aes-256-gcm", key, nonce(number, last), { authTagLength: tagBytes });
    if (number === 0) decipher.setAAD(header.bytes);
    decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
    yield authenticated(decipher, bytes.subarray(0, bytes.length - tagBytes));
    number += 1;
  }
}

function authenticated(decipher: DecipherGCM, bytes: Buffer): Buffer {
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  } catch (cause) {
    throw new FileDamaged("the stored file was altered", { cause });
  }
}

/** The id of the key that sealed a file, from its first bytes. */
export async function keyIdOf(sealed: AsyncIterable<Uint8Array>): Promise<string> {
  const reader = new HeaderReader(sealed);
  try {
    return (await reader.read()).keyId;
  } finally {
    await reader.close();
  }
}

function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 7);
  bytes[11] = last ? lastMark : 0;
  return bytes;
}

/** Cuts a stream into pieces of exactly `size` bytes; the last one may be shorter, even empty, and says so. */
async function* segments(source: AsyncIterable<Uint8Array>, size: number) {
  let held: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    held.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    length += chunk.byteLength;
    if (length <= size) continue;
    let joined = Buffer.concat(held);
    while (joined.length > size) {
      yield { bytes: joined.subarray(0, size), last: false };
      joined = joined.subarray(size);
    }
    held = [joined];
    length = joined.length;
  }
  yield { bytes: Buffer.concat(held), last: true };
}

class HeaderReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private held = Buffer.alloc(0);

  constructor(sealed: AsyncIterable<Uint8Array>) {
    this.source = sealed[Symbol.asyncIterator]();
  }

  async read(): Promise<{ keyId: string; salt: Buffer; bytes: Buffer }> {
    const start = await this.take(magic.length + 1);
    if (!start.subarray(0, magic.length).equals(magic)) throw new FileDamaged("not a stored file");
    const idLength = start[magic.length]!;
    const tail = await this.take(idLength + saltBytes);
    return {
      keyId: tail.subarray(0, idLength).toString("latin1"),
      salt: tail.subarray(idLength),
      bytes: Buffer.concat([start, tail]),
    };
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.held.length > 0) yield this.held;
    for (let next = await this.source.next(); !next.done; next = await this.source.next()) yield next.value;
  }

  /** Lets go of the source, also when only the header was wanted. */
  async close(): Promise<void> {
    await this.source.return?.();
  }

  private async take(count: number): Promise<Buffer> {
    while (this.held.length < count) {
      const next = await this.source.next();
      if (next.done) throw new FileDamaged("the stored file was cut off");
      this.held = Buffer.concat([this.held, next.value]);
    }
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return taken;
  }
}
