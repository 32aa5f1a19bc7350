import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { KeyRing } from "./key-ring.server";
import { shareTurns } from "./shared-turns";
import { FileDamaged, keyIdOf, openStream, sealStream, sealWhole } from "./sealed-stream.server";

export interface StoredFile {
  /** Lower-case hex SHA-256 of the clear bytes: what a custody record quotes. */
  sha256: string;
  /** Bytes in clear. */
  size: number;
  /** What to keep in a row and give to `read`. */
  key: string;
}

/**
 * Files that are evidence: written once, addressed by the SHA-256 of their content, encrypted at rest, given back
 * byte for byte. The same content put twice is stored once, and what stands there already is proven to be it. A local
 * folder (here) or a store that speaks S3 (`object-store.server.ts`).
 */
export interface FileStore {
  put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** The clear bytes as a stream. It fails before its end if the stored bytes are not the ones that were put. */
  read(key: string): Readable;
  has(key: string): Promise<boolean>;
  /**
   * For retention and erasure. The caller makes sure no row still points at the content; with `untouchedSince`, a file
   * that was put again meanwhile stays.
   */
  remove(key: string, untouchedSince?: Date): Promise<void>;
  /** Every file that was not put, nor put again, since then; halves of uploads that a crash left are thrown away on the way. */
  untouchedSince(instant: Date): AsyncIterable<string>;
  /** Whether the file was sealed by a key that is no longer the first on the ring. */
  needsReseal(key: string): Promise<boolean>;
  reseal(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Other bytes stand at a file's address. They are left for whoever looks into it, and the put did not happen. */
export class StandingFileDiffers extends Error {
  override readonly name = "StandingFileDiffers";
  constructor(key: string, cause: unknown) {
    super(`what stands at ${key} is not the file of that name`, { cause });
  }
}

export interface LocalFileStoreOptions {
  folder: string;
  ring: KeyRing;
}

/** What is no longer than this is hashed and sealed in one go, and written at once. */
const heldBytes = 256 * 1024;

/**
 * Files lie in 256 folders, by the beginning of their hash: a folder that is there already is one name less that has to reach
 * the disk. Earlier releases went a level deeper, and what lies there is found there.
 */
export function createLocalFileStore({ folder, ring }: LocalFileStoreOptions): FileStore {
  const pathOf = (key: string): string => {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error("not the key of a stored file");
    return join(folder, key.slice(0, 2), key);
  };
  const deeper = (key: string): string => join(folder, key.slice(0, 2), key.slice(2, 4), key);

  const names = nameSyncer();

  /** Where the file lies; null: nowhere. */
  const standing = async (key: string): Promise<string | null> => {
    for (const path of [pathOf(key), deeper(key)]) if (await stat(path).catch(noneIfMissing)) return path;
    return null;
  };

  /** Opened when somebody reads, so that what cannot be opened is theirs to hear of. */
  async function* sealedBytes(key: string, path: string): AsyncGenerator<Uint8Array> {
    yield* createReadStream((await standing(key)) ?? path) as AsyncIterable<Uint8Array>;
  }

  const read = (key: string): Readable =>
    Readable.from(verified(openStream(ring, sealedBytes(key, pathOf(key))), key), { objectMode: false });

  const prove = async (key: string): Promise<void> => {
    try {
      for await (const chunk of read(key)) void chunk;
    } catch (error) {
      throw new StandingFileDiffers(key, error);
    }
  };

  /** Writes beside the target, forces it to disk, and only then gives it its name: a crash leaves no half file. */
  const store = async (content: AsyncIterable<Uint8Array>, replace: boolean): Promise<StoredFile> => {
    const waiting = join(folder, "incoming", randomUUID());
    let left = false;
    try {
      const { sealed, result } = await sealing(ring, content);
      left = true;
      await writeDurably(waiting, sealed);
      const { sha256, size } = result();
      const known = await standing(sha256);
      let named = known && dirname(known);
      let above: string[] = [];
      if (known && !replace) {
        await prove(sha256);
        const now = new Date();
        await utimes(known, now, now);
      } else {
        named = dirname(pathOf(sha256));
        above = await moveInto(waiting, pathOf(sha256));
        left = false;
      }
      // Also of a file that was there: whoever named it may have been cut off before its name was on disk.
      await names.sync(named!, above);
      if (replace) await rm(deeper(sha256), { force: true });
      return { sha256, size, key: sha256 };
    } finally {
      if (left) await rm(waiting, { force: true });
    }
  };

  async function* untouchedSince(instant: Date): AsyncGenerator<string> {
    for (const half of await namesIn(join(folder, "incoming"))) {
      const path = join(folder, "incoming", half);
      if (await isOlder(path, instant)) await rm(path, { force: true });
    }
    for (const first of await namesIn(folder, /^[0-9a-f]{2}$/)) {
      const within = await namesIn(join(folder, first), /^(?:[0-9a-f]{2}|[0-9a-f]{64})$/);
      const below = await Promise.all(within.filter((name) => name.length === 2).map((second) => namesIn(join(folder, first, second), /^[0-9a-f]{64}$/)));
      for (const key of [...within.filter((name) => name.length > 2), ...below.flat()]) {
        if (await isUntouched(key, instant)) yield key;
      }
    }
  }

  const isUntouched = async (key: string, since: Date): Promise<boolean> => {
    const path = await standing(key);
    return path !== null && isOlder(path, since);
  };

  const needsReseal = async (key: string): Promise<boolean> => (await keyIdOf(sealedBytes(key, pathOf(key)))) !== ring.keys[0].id;

  return {
    put: (content) => store(content instanceof Uint8Array ? Readable.from([content]) : content, false),
    read,
    has: async (key) => (await standing(key)) !== null,
    async remove(key, instant) {
      if (instant && !(await isUntouched(key, instant))) return;
      for (const path of [pathOf(key), deeper(key)]) await rm(path, { force: true });
    },
    untouchedSince,
    needsReseal,
    reseal: async (key) => {
      if (await needsReseal(key)) await store(read(key), true);
    },
    close: () => names.close(),
  };
}

/** All bytes of a stored file; for files whose size is bounded. */
export async function readWhole(store: FileStore, key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(key)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function namesIn(folder: string, pattern = /./): Promise<string[]> {
  const names = await readdir(folder).catch(noneIfMissing);
  return (names ?? []).filter((name) => pattern.test(name)).sort();
}

async function isOlder(path: string, instant: Date): Promise<boolean> {
  const found = await stat(path).catch(noneIfMissing);
  return found !== null && found.mtime < instant;
}

function noneIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}

export function measure(content: AsyncIterable<Uint8Array>) {
  const hash = createHash("sha256");
  let size = 0;
  return {
    async *bytes() {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.byteLength;
        yield chunk;
      }
    },
    result: () => ({ sha256: hash.digest("hex"), size }),
  };
}

export async function* verified(content: AsyncIterable<Buffer>, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== sha256) throw new FileDamaged("the stored file is not the one that was put");
}

interface Sealing {
  sealed: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Of the clear bytes, once the sealed ones were read to their end. */
  result(): { sha256: string; size: number };
}

/** Short content is held whole first, which saves it the way through streams. */
async function sealing(ring: KeyRing, content: AsyncIterable<Uint8Array>): Promise<Sealing> {
  const { whole, stream } = await heldWhole(content, heldBytes);
  if (!stream) {
    const result = { sha256: sha256Of(whole), size: whole.byteLength };
    return { sealed: [sealWhole(ring, whole)], result: () => result };
  }
  const measured = measure(stream);
  return { sealed: sealStream(ring, measured.bytes()), result: measured.result };
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Content that is no longer than so many bytes whole; longer content as it came. */
export async function heldWhole(content: AsyncIterable<Uint8Array>, most: number): Promise<{ whole: Uint8Array; stream: null } | { whole: null; stream: AsyncIterable<Uint8Array> }> {
  const coming = content[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let size = 0;
  while (size <= most) {
    const { done, value } = await coming.next();
    if (done) return { whole: held.length === 1 ? held[0]! : Buffer.concat(held), stream: null };
    held.push(value);
    size += value.byteLength;
  }
  async function* all() {
    try {
      yield* held.splice(0);
      for (let next = await coming.next(); !next.done; next = await coming.next()) yield next.value;
    } finally {
      // Whoever sends it waits to be let go of, also where it ends early.
      await coming.return?.();
    }
  }
  return { whole: null, stream: all() };
}

async function writeDurably(path: string, content: Sealing["sealed"]): Promise<void> {
  const file = await open(path, "wx", 0o600).catch(async (error: NodeJS.ErrnoException) => {
    noneIfMissing(error);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return open(path, "wx", 0o600);
  });
  try {
    for await (const chunk of content) await file.appendFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Folders are made only where they are missing. @returns those in which a new one stands, whose name has to be on disk as well */
async function moveInto(waiting: string, target: string): Promise<string[]> {
  const missing = await rename(waiting, target).then(() => false, (error: NodeJS.ErrnoException) => noneIfMissing(error) === null);
  if (!missing) return [];
  const first = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await rename(waiting, target);
  const above: string[] = [];
  if (first !== undefined) for (let made = dirname(target); above.at(-1) !== dirname(first); made = dirname(made)) above.push(dirname(made));
  return above;
}

/**
 * Brings names to disk. Puts that come while folders are synced share the next sync of them, and a folder that was synced once
 * stays open for the next time.
 */
function nameSyncer() {
  const held = new Map<string, Promise<FileHandle>>();
  const handleOf = (folder: string): Promise<FileHandle> => {
    const known = held.get(folder) ?? open(folder, "r");
    held.set(folder, known);
    return known;
  };
  const forget = async (folder: string): Promise<void> => {
    const known = held.get(folder);
    held.delete(folder);
    await known?.then((handle) => handle.close(), () => undefined);
  };
  const turns = shareTurns<string, void>(async (folders) => {
    await Promise.all([...new Set(folders)].map(async (folder) => (await handleOf(folder)).sync().catch((error: unknown) => forget(folder).then(() => Promise.reject(error)))));
    return [];
  });
  return {
    /** @param above folders in which a new one was made */
    async sync(folder: string, above: readonly string[]): Promise<void> {
      // It was not there before: what is held open under its name is another.
      if (above.length > 0) await forget(folder);
      await Promise.all([folder, ...above].map((one) => turns.add(one)));
    },
    async close(): Promise<void> {
      await turns.drain();
      await Promise.all([...held.keys()].map(forget));
    },
  };
}
