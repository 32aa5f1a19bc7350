import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { Readable as NodeReadable } from "node:stream";
import { ZipFile } from "yazl";
import type { SigningKey } from "~/infra/signing-keys.server";
import { isSafePath, manifestBytes, manifestPath, packetFormat, signaturePath, type Manifest } from "./packet";

/** One file of a packet: its bytes, or where they come from when their hash and size are known already. */
export type PacketFile = { path: string; source?: string; note?: string } & ({ bytes: Uint8Array } | { sha256: string; size: number; open: () => Readable });

export interface PacketHead {
  referral: string;
  version: number;
  approvedAt: string;
}

/** ZIP's first day, in the words of whatever zone the process is in: no packet tells when or where it was zipped. */
const noDate = () => new Date(1980, 0, 1);

/**
 * A packet as a stream: manifest and signature first, then the files in the order of their paths, none compressed. So
 * the same content has the same bytes on every machine, and no more of it is in memory than is on its way.
 *
 * The stream fails, and with it whoever reads it, when a source fails.
 */
export function writePacket(head: PacketHead, files: readonly PacketFile[], key: SigningKey): { stream: Readable; manifest: Manifest } {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const unsafe = sorted.find(({ path }, index) => !isSafePath(path) || path === manifestPath || path === signaturePath || path.toLowerCase() === sorted[index - 1]?.path.toLowerCase());
  if (unsafe) throw new Error(`not a path for a packet: ${unsafe.path}`);
  const manifest: Manifest = {
    format: packetFormat,
    ...head,
    signer: { algorithm: "Ed25519", fingerprint: key.fingerprint, publicKey: key.publicKey },
    files: sorted.map((file) => ({ path: file.path, ...("bytes" in file ? { size: file.bytes.byteLength, sha256: createHash("sha256").update(file.bytes).digest("hex") } : { size: file.size, sha256: file.sha256 }), ...(file.source && { source: file.source }), ...(file.note && { note: file.note }) })),
  };
  const signed = manifestBytes(manifest);
  const zip = new ZipFile();
  const stream = zip.outputStream as unknown as Readable;
  zip.on("error", (error: Error) => stream.destroy(error));
  const options = { mtime: noDate(), forceDosTimestamp: true, compress: false, mode: 0o100644 };
  zip.addBuffer(signed, manifestPath, options);
  zip.addBuffer(key.sign(signed), signaturePath, options);
  for (const file of sorted) {
    if ("bytes" in file) zip.addBuffer(Buffer.from(file.bytes), file.path, options);
    else
      zip.addReadStreamLazy(file.path, { ...options, size: file.size }, (give) => {
        const source = file.open();
        source.on("error", (error) => stream.destroy(error));
        stream.once("close", () => source.destroy());
        give(null, source);
      });
  }
  zip.end();
  return { stream, manifest };
}

/** The same bytes, each chunk reported as it passes. */
export const countedStream = (source: Readable, passed: (bytes: number) => void): Readable =>
  NodeReadable.from(
    (async function* () {
      for await (const chunk of source) {
        passed((chunk as Buffer).byteLength);
        yield chunk as Buffer;
      }
    })(),
    { objectMode: false },
  );

