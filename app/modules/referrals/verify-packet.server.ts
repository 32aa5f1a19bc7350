import { createHash } from "node:crypto";
import { open as openFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { z } from "zod";
import { fromFdPromise, type Entry, type ZipFile } from "yauzl";
import { frameFaultOf, shownName, type FrameFault } from "~/infra/zip/check-frame.server";
import { fingerprintOf, readPublicKey, verifiesSignature } from "~/infra/signing-keys.server";
import { indexPath, isSafePath, manifestPath, manifestSchema, packetLimits, signaturePath, type Manifest } from "./packet";

export type PacketFault =
  | "not_a_packet" | "too_many_files" | "unsafe_name" | "duplicate_name" | "not_a_plain_file" | "compressed" | "encrypted" | FrameFault
  | "manifest_missing" | "manifest_malformed" | "signature_missing" | "signature_wrong" | "signer_unknown"
  | "file_missing" | "file_extra" | "size_differs" | "hash_differs" | "source_differs" | "unreadable";

export interface PacketFinding {
  fault: PacketFault;
  path: string | null;
  explanation: string;
}

export interface PacketReport {
  ok: boolean;
  findings: PacketFinding[];
  /** What the manifest says of itself; null when it could not be believed. */
  manifest: Pick<Manifest, "referral" | "version" | "approvedAt"> | null;
  signer: string | null;
  /** Whether the signer is the one that was expected; null when none was named. */
  signerExpected: boolean | null;
  checked: number;
}

type Found = (fault: PacketFault, path: string | null, explanation: string) => void;

/**
 * Checks a packet with nothing but the file: that its ZIP holds exactly the files of its manifest, byte for byte, and
 * that the manifest is signed. The file may be hostile: every size is bounded by the file's own, since a packet holds
 * nothing compressed, and nothing is written anywhere.
 *
 * @param expected fingerprint of the key that has to have signed; without it, the key in the packet is taken at its word
 */
export async function verifyPacket(path: string, expected: string | null = null): Promise<PacketReport> {
  const findings: PacketFinding[] = [];
  const found: Found = (fault, at, explanation) => void findings.push({ fault, path: at, explanation });
  const report = (more: Partial<PacketReport> = {}): PacketReport => ({ ok: findings.length === 0, findings, manifest: null, signer: null, signerExpected: null, checked: 0, ...more });
  const file = await openFile(path, "r");
  let zip: ZipFile | null = null;
  try {
    const about = await file.stat();
    if (!about.isFile()) throw Object.assign(new Error("not a file"), { code: "EISDIR" });
    const { size } = about;
    const entries = new Map<string, Entry>();
    try {
      zip = await fromFdPromise(file.fd, { lazyEntries: true, autoClose: false, decodeStrings: false, strictFileNames: true } as never);
      await readDirectory(zip, entries, found);
      const fault = findings.length === 0 && (await frameFaultOf(file, size, [...entries.values()]));
      if (fault) found(fault.fault, fault.path, fault.explanation);
    } catch (error) {
      found("not_a_packet", null, `This is no whole ZIP file: ${sayError(error)}.`);
    }
    if (!zip || findings.some(({ fault }) => fault === "not_a_packet" || fault === "too_many_files" || fault === "cut_short")) return report();
    const read = await readManifest(zip, entries, found);
    if (!read) return report();
    const { manifest, signer } = read;
    const signerExpected = expected === null ? null : signer === expected.toLowerCase();
    if (signerExpected === false) found("signer_unknown", signaturePath, `It was signed by ${signer}, not by the key you named.`);
    const checked = await checkFiles(zip, entries, manifest, found);
    if (findings.length === 0) await checkSources(zip, entries, manifest, found);
    return report({ manifest: { referral: manifest.referral, version: manifest.version, approvedAt: manifest.approvedAt }, signer, signerExpected, checked });
  } finally {
    await file.close();
  }
}

const nameOf = (entry: Entry): string => (entry.fileName as unknown as Buffer).toString("utf8");

async function readDirectory(zip: ZipFile, entries: Map<string, Entry>, found: Found): Promise<void> {
  if (zip.entryCount > packetLimits.entries) return found("too_many_files", null, `It claims ${zip.entryCount} files; a packet has ${packetLimits.entries} at most.`);
  const folded = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    zip.on("error", reject);
    zip.on("end", () => resolve());
    zip.on("entry", (entry: Entry) => {
      const name = nameOf(entry);
      const seen = shownName(name);
      if (!isSafePath(name)) found("unsafe_name", name, `${seen} is not a name a packet can have: it could be written somewhere else, or over something else.`);
      if (folded.has(name.toLowerCase())) found("duplicate_name", name, `${seen} is there twice.`);
      const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
      if (kind !== 0 && kind !== 0o100000) found("not_a_plain_file", name, `${seen} is a link or something else that is no plain file.`);
      if (entry.generalPurposeBitFlag & 1) found("encrypted", name, `${seen} is encrypted.`);
      if (entry.compressionMethod !== 0 || entry.compressedSize !== entry.uncompressedSize) found("compressed", name, `${seen} is compressed; nothing in a packet is.`);
      folded.add(name.toLowerCase());
      entries.set(name, entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

async function readManifest(zip: ZipFile, entries: ReadonlyMap<string, Entry>, found: Found): Promise<{ manifest: Manifest; signer: string } | null> {
  const [listed, signed] = [entries.get(manifestPath), entries.get(signaturePath)];
  if (!listed) found("manifest_missing", manifestPath, "It has no manifest.json, so there is nothing to check it against.");
  if (!signed) found("signature_missing", signaturePath, "It has no manifest.sig, so nobody vouches for its manifest.");
  if (!listed) return null;
  if (listed.uncompressedSize > packetLimits.manifestBytes || (signed && signed.uncompressedSize !== 64)) {
    found("manifest_malformed", manifestPath, "Its manifest or signature has a size that none can have.");
    return null;
  }
  const bytes = await readEntry(zip, listed);
  const signature = signed && (await readEntry(zip, signed));
  const parsed = bytes ? manifestSchema.safeParse(jsonOf(bytes)) : null;
  if (!bytes || !parsed?.success) {
    found("manifest_malformed", manifestPath, "Its manifest.json cannot be read as one.");
    return null;
  }
  const manifest = parsed.data;
  const key = readPublicKey(manifest.signer.publicKey);
  const signer = key && fingerprintOf(key);
  if (!key || signer !== manifest.signer.fingerprint) {
    found("manifest_malformed", manifestPath, "The key its manifest names is not the one it carries.");
    return null;
  }
  for (const [path, entry, read] of [[manifestPath, listed, bytes], [signaturePath, signed, signature]] as const) {
    if (entry && read && crc32(read) !== entry.crc32) found("described_otherwise", path, `The checksum of ${path} in the ZIP is wrong: other programs would call it damaged.`);
  }
  if (signature && !verifiesSignature(key, bytes, signature)) found("signature_wrong", signaturePath, "The signature is not of this manifest: the manifest was changed, or signed by another key.");
  return { manifest, signer };
}

async function checkFiles(zip: ZipFile, entries: ReadonlyMap<string, Entry>, manifest: Manifest, found: Found): Promise<number> {
  const listed = new Map(manifest.files.map((file) => [file.path, file]));
  if (listed.size !== manifest.files.length) found("manifest_malformed", manifestPath, "Its manifest names a file twice.");
  for (const name of entries.keys()) {
    if (!listed.has(name) && name !== manifestPath && name !== signaturePath) found("file_extra", name, `${shownName(name)} is not in the manifest.`);
  }
  let checked = 0;
  for (const { path, size, sha256 } of listed.values()) {
    const entry = entries.get(path);
    if (!entry) {
      found("file_missing", path, `${shownName(path)} is in the manifest and not in the packet.`);
      continue;
    }
    if (entry.compressionMethod !== 0 || entry.generalPurposeBitFlag & 1) continue;
    if (entry.uncompressedSize !== size) found("size_differs", path, `${shownName(path)} has ${entry.uncompressedSize} bytes; the manifest says ${size}.`);
    else {
      const read = await hashEntry(zip, entry);
      if (read === null) found("unreadable", path, `${shownName(path)} cannot be read.`);
      else if (read.sha256 !== sha256) found("hash_differs", path, `${shownName(path)} is not the file the manifest names: its SHA-256 is ${read.sha256}.`);
      else if (read.crc32 !== entry.crc32) found("described_otherwise", path, `${shownName(path)} is the right file, but its checksum in the ZIP is wrong: other programs would call it damaged.`);
      else checked += 1;
    }
  }
  return checked;
}

const indexSchema = z.array(
  z.looseObject({ path: z.string().nullable(), given: z.string(), sha256: z.string(), rendition: z.looseObject({ sha256: z.string(), done: z.string().optional() }).nullable().default(null) }),
);

/** What a redacted file was made of is said twice, by the manifest and by the list of evidence: both say the same, of every such file. */
async function checkSources(zip: ZipFile, entries: ReadonlyMap<string, Entry>, { format, files }: Manifest, found: Found): Promise<void> {
  if (format === "trust-safety-packet/1") return;
  const listed = entries.get(indexPath);
  const bytes = listed && listed.uncompressedSize <= packetLimits.manifestBytes ? await readEntry(zip, listed) : null;
  const index = indexSchema.safeParse(bytes && jsonOf(bytes));
  const made = new Map(files.flatMap((file) => (file.source ? [[file.path, file] as const] : [])));
  if (!index.success) {
    if (made.size > 0) found("source_differs", indexPath, "Its list of evidence cannot be read, so nothing says what its redacted files were made of.");
    return;
  }
  for (const { path, given, sha256, rendition } of index.data) {
    if (path === null || !given.startsWith("redacted_")) continue;
    const file = made.get(path);
    made.delete(path);
    if (file?.source !== sha256) found("source_differs", path, `${shownName(path)} was made of another file, by the manifest, than its list of evidence says.`);
    else if (rendition && rendition.sha256 !== file.sha256) found("source_differs", path, `${shownName(path)} is not the rendition its list of evidence names.`);
    else if (file.note && rendition?.done !== file.note) found("source_differs", path, `What was done to ${shownName(path)} is said otherwise by the manifest than by its list of evidence.`);
  }
  for (const path of made.keys()) found("source_differs", path, `${shownName(path)} was made of a file that its list of evidence does not know.`);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

async function chunksOf(zip: ZipFile, entry: Entry, take: (chunk: Buffer) => void): Promise<boolean> {
  try {
    const stream = (await zip.openReadStreamPromise(entry)) as Readable;
    for await (const chunk of stream) take(chunk as Buffer);
    return true;
  } catch {
    return false;
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  return (await chunksOf(zip, entry, (chunk) => chunks.push(chunk))) ? Buffer.concat(chunks) : null;
}

async function hashEntry(zip: ZipFile, entry: Entry): Promise<{ sha256: string; crc32: number } | null> {
  const hash = createHash("sha256");
  let checksum = 0;
  const isRead = await chunksOf(zip, entry, (chunk) => {
    hash.update(chunk);
    checksum = crc32(chunk, checksum);
  });
  return isRead ? { sha256: hash.digest("hex"), crc32: checksum } : null;
}

const sayError = (error: unknown): string => (error instanceof Error ? error.message.replace(/[^\x20-\x7e]/g, "?") : "unknown");
