import type { FileStore } from "~/infra/storage.server";

const headBytes = 256 * 1024;

/** The beginning of a stored message, where its header stands. */
export async function readHead(store: FileStore, key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of store.read(key)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= headBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, headBytes);
}
