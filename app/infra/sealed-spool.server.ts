import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { KeyRing } from "./key-ring.server";
import { sealStream } from "./sealed-stream.server";
import { measure } from "./storage.server";

/** A file that is sealed and waits to be sent, as often as the sending takes. */
export interface SealedSpool {
  /** Of the clear bytes. */
  sha256: string;
  size: number;
  sealedSize: number;
  /** All sealed bytes, for a file that is small enough to be held. */
  whole(): Promise<Buffer>;
  stream(): Readable;
  dispose(): Promise<void>;
}

/** More than this waits on disk, where nothing of it can be read. */
const heldBytes = 1024 * 1024;

/**
 * Seals content before it leaves the process. Its address is known only at its end, so it waits here; memory stays the same
 * however long it is.
 */
export async function spoolSealed(ring: KeyRing, content: AsyncIterable<Uint8Array>): Promise<SealedSpool> {
  const measured = measure(content);
  let held: Buffer[] = [];
  let sealedSize = 0;
  let file: { folder: string; path: string; handle: FileHandle } | null = null;
  const dispose = async () => {
    held = [];
    if (file) await rm(file.folder, { recursive: true, force: true });
  };
  try {
    for await (const chunk of sealStream(ring, measured.bytes())) {
      sealedSize += chunk.length;
      held.push(chunk);
      if (sealedSize <= heldBytes) continue;
      file ??= await openSpool();
      for (const part of held) await file.handle.appendFile(part);
      held = [];
    }
  } catch (error) {
    await dispose();
    throw error;
  } finally {
    await (file as { handle: FileHandle } | null)?.handle.close();
  }
  const stream = () => (file ? createReadStream(file.path) : Readable.from(held));
  return { ...measured.result(), sealedSize, stream, whole: async () => Buffer.concat(await stream().toArray()), dispose };
}

async function openSpool() {
  const folder = await mkdtemp(join(tmpdir(), "console-sealed-"));
  const path = join(folder, randomUUID());
  return { folder, path, handle: await open(path, "wx", 0o600) };
}

/** The MD5 that object stores check what they received by; nothing is trusted for it. */
export const contentMd5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("base64");
