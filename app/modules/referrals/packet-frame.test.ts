import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { manifestBytes, type Manifest } from "./packet";
import { verifyPacket } from "./verify-packet.server";
import { writePacket } from "./write-packet.server";

const [key] = signingKeysOf({ keys: [{ id: "k1", secret: Buffer.alloc(32, 7) }] });
const head = { referral: "LE-4K7Q-T2MX", version: 3, approvedAt: "2026-11-20T21:00:00.000Z" };
const picture = Buffer.from("a picture, byte for byte");
const streamed = { path: "evidence/original/001.png", sha256: createHash("sha256").update(picture).digest("hex"), size: picture.length, open: () => Readable.from([picture], { objectMode: false }) };
const made = () => buffer(writePacket(head, [{ path: "a.txt", bytes: Buffer.from("aaaa") }, streamed], key).stream);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "frames-"));
});
afterAll(() => rm(folder, { recursive: true }));

let nth = 0;
async function verify(bytes: Uint8Array) {
  const path = join(folder, `${(nth += 1)}.zip`);
  await writeFile(path, bytes);
  return verifyPacket(path, key.fingerprint);
}

/** Where the directory speaks of `a.txt`, where its bytes stand, and where the end of the directory is. */
function placesIn(bytes: Buffer) {
  const end = bytes.length - 22;
  const record = bytes.indexOf("a.txt", bytes.readUInt32LE(end + 16)) - 46;
  return { end, record, header: bytes.readUInt32LE(record + 42) };
}
const inserted = (bytes: Buffer, at: number, more: Buffer) => Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);
const field = (id: number, content: Buffer) => Buffer.concat([u16(id), u16(content.length), content]);

/** The directory says more of `a.txt`, and the end knows that the directory is longer. */
function withMoreSaid(bytes: Buffer, lengthAt: number, more: Buffer): Buffer {
  const { record } = placesIn(bytes);
  bytes.writeUInt16LE(more.length, record + lengthAt);
  const longer = inserted(bytes, record + 46 + "a.txt".length, more);
  const end = longer.length - 22;
  longer.writeUInt32LE(longer.readUInt32LE(end + 12) + more.length, end + 12);
  return longer;
}
/** Info-ZIP's other name of a file, which unzip takes before the one that stands there. */
const otherName = (name: string) => field(0x7075, Buffer.concat([Buffer.from([1]), (() => { const sum = Buffer.alloc(4); sum.writeUInt32LE(crc32("a.txt")); return sum; })(), Buffer.from(name)]));

test.each<[string, string, (bytes: Buffer) => Buffer]>([
  ["a comment on the whole", "hidden_data", (bytes) => { bytes.writeUInt16LE(6, placesIn(bytes).end + 20); return Buffer.concat([bytes, Buffer.from("secret")]); }],
  ["a comment on a file", "described_otherwise", (bytes) => withMoreSaid(bytes, 32, Buffer.from("secret"))],
  ["another name for programs that know Unicode paths", "described_otherwise", (bytes) => withMoreSaid(bytes, 30, otherName("b.txt"))],
  ["a field nobody knows", "described_otherwise", (bytes) => withMoreSaid(bytes, 30, field(0xcafe, Buffer.from("secret")))],
  ["a field nobody knows where the bytes stand", "described_otherwise", (bytes) => {
    const last = bytes.lastIndexOf("evidence/original/001.png", bytes.length - 22 - 60) - 30;
    const more = field(0xcafe, Buffer.from("secret"));
    bytes.writeUInt16LE(more.length, last + 28);
    const longer = inserted(bytes, last + 30 + "evidence/original/001.png".length, more);
    longer.writeUInt32LE(longer.readUInt32LE(longer.length - 6) + more.length, longer.length - 6);
    return longer;
  }],
  ["bytes between the directory and its end", "hidden_data", (bytes) => inserted(bytes, placesIn(bytes).end, Buffer.from("secret"))],
  ["another checksum where the bytes stand", "described_otherwise", (bytes) => { bytes.writeUInt32LE(1, placesIn(bytes).header + 14); return bytes; }],
  ["other sizes where the bytes stand", "described_otherwise", (bytes) => { bytes.writeUInt32LE(2, placesIn(bytes).header + 18); bytes.writeUInt32LE(2, placesIn(bytes).header + 22); return bytes; }],
  ["a mark of encryption where the bytes stand", "described_otherwise", (bytes) => { bytes.writeUInt16LE(0x0801, placesIn(bytes).header + 6); return bytes; }],
  ["a wrong checksum in both places", "described_otherwise", (bytes) => { bytes.writeUInt32LE(1, placesIn(bytes).header + 14); bytes.writeUInt32LE(1, placesIn(bytes).record + 16); return bytes; }],
  ["a mark that makes it a folder elsewhere", "described_otherwise", (bytes) => { bytes.writeUInt32LE(0o100644 * 0x10000 + 0x10, placesIn(bytes).record + 38); return bytes; }],
  ["a program's rights", "described_otherwise", (bytes) => { bytes.writeUInt32LE(0o104755 * 0x10000, placesIn(bytes).record + 38); return bytes; }],
])("what stands around the files is as it was written: %s is found", async (_what, fault, change) => {
  const { ok, findings } = await verify(change(await made()));
  expect([ok, ...findings.map((finding) => finding.fault)]).toEqual([false, fault]);
});

test("no byte of a packet can be another one", async () => {
  const bytes = await made();
  expect((await verify(bytes)).ok).toBe(true);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Buffer.from(bytes);
      changed[at]! ^= by;
      expect((await verify(changed)).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

function zipOf(manifest: Manifest): Promise<Buffer> {
  const zip = new ZipFile();
  const options = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compress: false, mode: 0o100644 };
  zip.addBuffer(manifestBytes(manifest), "manifest.json", options);
  zip.addBuffer(key.sign(manifestBytes(manifest)), "manifest.sig", options);
  zip.end();
  return buffer(zip.outputStream as unknown as Readable);
}

test("what a forged manifest says of itself cannot move the cursor of a terminal", async () => {
  const forged = (over: Partial<Manifest>): Manifest => ({ format: "trust-safety-packet/3", ...head, signer: { algorithm: "Ed25519", fingerprint: key.fingerprint, publicKey: key.publicKey }, files: [], ...over });
  for (const manifest of [forged({ referral: "LE-1\u001b[2J\u001b[HSigned by the key you named" }), forged({ files: [{ path: "a\u009b2J", size: 1, sha256: "0".repeat(64) }] })]) {
    const { ok, findings, manifest: believed } = await verify(await zipOf(manifest));
    expect([ok, findings.map(({ fault }) => fault), believed]).toEqual([false, ["manifest_malformed"], null]);
  }
  const named = await verify(Buffer.from((await made()).toString("latin1").replaceAll("a.txt", "a\u009b2Jx"), "latin1"));
  expect(named.findings.map(({ explanation }) => explanation).join()).toMatch(/^[\x20-\x7e]*$/);
});
