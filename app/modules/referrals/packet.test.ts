import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ZipFile } from "yazl";
import { signingKeysOf } from "~/infra/signing-keys.server";
import { verifyCommand } from "../../admin/packet-verify";
import { isSafePath, manifestBytes, type Manifest } from "./packet";
import { verifyPacket } from "./verify-packet.server";
import { writePacket, type PacketFile } from "./write-packet.server";

const [key] = signingKeysOf({ keys: [{ id: "k1", secret: Buffer.alloc(32, 7) }] });
const [stranger] = signingKeysOf({ keys: [{ id: "k2", secret: Buffer.alloc(32, 8) }] });
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const head = { referral: "LE-4K7Q-T2MX", version: 3, approvedAt: "2026-11-20T21:00:00.000Z" };
const picture = randomBytes(300_000);
const files = (): PacketFile[] => [
  { path: "timeline.json", bytes: Buffer.from("[]\n") },
  { path: "cover.pdf", bytes: Buffer.from("%PDF-1.7 not really") },
  { path: "evidence/original/001.png", sha256: sha256(picture), size: picture.length, open: () => Readable.from([picture.subarray(0, 9_999), picture.subarray(9_999)], { objectMode: false }) },
];
const made = () => buffer(writePacket(head, files(), key).stream);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "packets-"));
});
afterAll(() => rm(folder, { recursive: true }));

let nth = 0;
const kept = async (bytes: Uint8Array): Promise<string> => {
  const path = join(folder, `${(nth += 1)}.zip`);
  await writeFile(path, bytes);
  return path;
};
const faults = async (bytes: Uint8Array, expected: string | null = null) => [...new Set((await verifyPacket(await kept(bytes), expected)).findings.map(({ fault }) => fault))];

const manifestOf = (over: (manifest: Manifest) => Manifest = (same) => same, signer = key): Manifest =>
  over({ format: "trust-safety-packet/1", ...head, signer: { algorithm: "Ed25519", fingerprint: signer.fingerprint, publicKey: signer.publicKey }, files: [{ path: "a.txt", size: 1, sha256: sha256(Buffer.from("a")) }] });

type Member = { name: string; bytes: Buffer; compress?: boolean; mode?: number };
/** A ZIP of exactly these members; the names may be what no writer would let through. */
async function zipped(members: Member[]): Promise<Buffer> {
  const zip = new ZipFile();
  const renamed: [string, string][] = [];
  members.forEach(({ name, bytes, compress = false, mode = 0o100644 }, index) => {
    const stand = `@${String(index).padStart(Buffer.byteLength(name) - 1, "_")}`;
    renamed.push([stand, name]);
    zip.addBuffer(bytes, stand, { compress, mode, mtime: new Date(1980, 0, 1), forceDosTimestamp: true });
  });
  zip.end();
  let text = (await buffer(zip.outputStream as Readable)).toString("latin1");
  for (const [stand, name] of renamed) text = text.replaceAll(stand, () => Buffer.from(name).toString("latin1"));
  return Buffer.from(text, "latin1");
}
const signedMembers = (manifest = manifestOf(), signer = key): Member[] => [
  { name: "manifest.json", bytes: manifestBytes(manifest) },
  { name: "manifest.sig", bytes: signer.sign(manifestBytes(manifest)) },
];
const a: Member = { name: "a.txt", bytes: Buffer.from("a") };

describe("a packet", () => {
  test("is whole as it was made, for whoever expects its signer", async () => {
    const path = await kept(await made());
    expect(await verifyPacket(path, key.fingerprint)).toEqual({ ok: true, findings: [], manifest: head, signer: key.fingerprint, signerExpected: true, checked: 3 });
    expect((await verifyPacket(path)).signerExpected).toBe(null);
  });

  test("has the same bytes each time, whatever the order of its files and the zone of the machine", async () => {
    const first = await made();
    const zone = process.env.TZ;
    process.env.TZ = "Pacific/Kiritimati";
    try {
      expect((await buffer(writePacket(head, files().reverse(), key).stream)).equals(first)).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test("keeps evidence byte for byte", async () => {
    expect((await made()).includes(picture)).toBe(true);
  });

  test("does not come to an end when a source fails", async () => {
    const broken = writePacket(head, [{ path: "x", sha256: sha256(picture), size: picture.length, open: () => Readable.from((async function* () { yield picture.subarray(0, 10); throw new Error("disk gone"); })()) }], key);
    await expect(buffer(broken.stream)).rejects.toThrow("disk gone");
  });

  test.each(["../x", "/x", "a//b", "a/../b", "C:x", "a\\b", "nul.txt", ".hidden", "a/.", "café", "x ", ""])("never holds a file called %j", (path) => {
    expect(isSafePath(path)).toBe(false);
    expect(() => writePacket(head, [{ path, bytes: Buffer.from("a") }], key)).toThrow("not a path");
  });

  test("is never far behind its evidence: what is read is written before more is read", async () => {
    const chunk = Buffer.alloc(1 << 20, 1);
    const count = 192;
    const hash = createHash("sha256");
    for (let index = 0; index < count; index += 1) hash.update(chunk);
    let read = 0;
    const source = () => Readable.from((async function* () { for (; read < count; read += 1) yield chunk; })(), { objectMode: false });
    let furthest = 0;
    let size = 0;
    for await (const part of writePacket(head, [{ path: "large", sha256: hash.digest("hex"), size: count << 20, open: source }], key).stream) {
      size += (part as Buffer).length;
      furthest = Math.max(furthest, (read << 20) - size);
    }
    expect(size).toBeGreaterThan(count << 20);
    expect(furthest).toBeLessThan(8 << 20);
  });
});

describe("a changed packet is named for what was done to it", () => {
  const whole = () => [...signedMembers(), a];
  test("the packet these are made from is whole", async () => expect(await faults(await zipped(whole()))).toEqual([]));

  test.each<[string, string[], () => Promise<Buffer> | Buffer]>([
    ["a flipped bit in a file", ["hash_differs"], async () => { const bytes = await made(); bytes[bytes.indexOf(picture.subarray(0, 50)) + 77]! ^= 1; return bytes; }],
    ["another file of the same size", ["hash_differs"], () => zipped([...signedMembers(), { ...a, bytes: Buffer.from("b") }])],
    ["a longer file", ["size_differs"], () => zipped([...signedMembers(), { ...a, bytes: Buffer.from("ab") }])],
    ["a file taken out", ["file_missing"], () => zipped(signedMembers())],
    ["a file put in", ["file_extra"], () => zipped([...whole(), { name: "b.txt", bytes: Buffer.from("b") }])],
    ["the same name twice", ["duplicate_name"], () => zipped([...whole(), { ...a, bytes: Buffer.from("z") }])],
    ["the same name in another case", ["duplicate_name", "file_extra"], () => zipped([...whole(), { name: "A.TXT", bytes: Buffer.from("z") }])],
    ["a name that leads out", ["unsafe_name", "file_extra"], () => zipped([...whole(), { name: "../../etc/cron.d/x", bytes: Buffer.from("z") }])],
    ["a name from the root", ["unsafe_name", "file_extra"], () => zipped([...whole(), { name: "/etc/passwd", bytes: Buffer.from("z") }])],
    ["a name with backslashes", ["unsafe_name", "file_extra"], () => zipped([...whole(), { name: "..\\x.exe", bytes: Buffer.from("z") }])],
    ["a link", ["not_a_plain_file"], () => zipped([...signedMembers(), { ...a, mode: 0o120777 }])],
    ["file and manifest changed together", ["signature_wrong"], () => {
      const forged = manifestOf((manifest) => ({ ...manifest, files: [{ path: "a.txt", size: 1, sha256: sha256(Buffer.from("b")) }] }));
      return zipped([{ name: "manifest.json", bytes: manifestBytes(forged) }, signedMembers()[1]!, { ...a, bytes: Buffer.from("b") }]);
    }],
    ["a version made up", ["signature_wrong"], () => zipped([{ name: "manifest.json", bytes: manifestBytes(manifestOf((manifest) => ({ ...manifest, version: 4 }))) }, signedMembers()[1]!, a])],
    ["no signature", ["signature_missing"], () => zipped([signedMembers()[0]!, a])],
    ["no manifest", ["manifest_missing"], () => zipped([signedMembers()[1]!, a])],
    ["a manifest that is none", ["manifest_malformed"], () => zipped([{ name: "manifest.json", bytes: Buffer.from("{") }, signedMembers()[1]!, a])],
    ["a signature of another size", ["manifest_malformed"], () => zipped([signedMembers()[0]!, { name: "manifest.sig", bytes: Buffer.alloc(65) }, a])],
    ["a fingerprint that is not the key's", ["manifest_malformed"], () => { const forged = manifestOf((manifest) => ({ ...manifest, signer: { ...manifest.signer, fingerprint: stranger.fingerprint } })); return zipped([...signedMembers(forged), a]); }],
    ["a file named twice in the manifest", ["manifest_malformed"], () => zipped([...signedMembers(manifestOf((manifest) => ({ ...manifest, files: [...manifest.files, ...manifest.files] }))), a])],
    ["a compressed bomb", ["compressed", "file_extra"], () => zipped([...whole(), { name: "bomb", bytes: Buffer.alloc(64 << 20), compress: true }])],
    ["bytes that belong to no file", ["hidden_data"], async () => {
      const bytes = await made();
      const longer = inserted(bytes, bytes.indexOf(Buffer.from("PK\x01\x02", "latin1")), Buffer.from("secret"));
      const place = longer.length - 22 + 16;
      longer.writeUInt32LE(longer.readUInt32LE(place) + 6, place);
      return longer;
    }],
    ["bytes before the first file", ["not_a_packet"], async () => Buffer.concat([Buffer.from("#!/bin/sh\n"), await made()])],
    ["another name where the bytes stand", ["names_differ"], async () => { const bytes = await made(); bytes.write("covex.pdf", bytes.indexOf("cover.pdf", bytes.indexOf("manifest.sig"))); return bytes; }],
    ["a flag that says encrypted", ["not_a_packet"], async () => { const bytes = await zipped(whole()); bytes[bytes.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 8]! |= 1; return bytes; }],
    ["a truncated file", ["not_a_packet"], async () => (await made()).subarray(0, -30)],
    ["half a file", ["not_a_packet"], async () => (await made()).subarray(0, 150_000)],
    ["something else", ["not_a_packet"], () => Buffer.from("not a zip at all")],
    ["nothing", ["not_a_packet"], () => Buffer.alloc(0)],
  ])("%s", async (_what, expected, make) => {
    const bytes = await make();
    const found = await faults(bytes);
    if (expected[0] === "duplicate_name") expect(found).toContain("duplicate_name");
    else expect(found).toEqual(expected);
  });

  test("signed anew by somebody else", async () => {
    const forged = await zipped([...signedMembers(manifestOf((same) => same, stranger), stranger), a]);
    expect(await faults(forged, key.fingerprint)).toEqual(["signer_unknown"]);
    expect((await verifyPacket(await kept(forged))).signer).toBe(stranger.fingerprint);
  });

  test("any prefix is refused", async () => {
    const bytes = await zipped(whole());
    for (let length = 0; length < bytes.length; length += 37) expect((await verifyPacket(await kept(bytes.subarray(0, length)))).ok).toBe(false);
  });
});

describe("on the command line", () => {
  const run = async (...args: string[]) => {
    let text = "";
    const code = await verifyCommand(args, (line) => void (text += line), (line) => void (text += line));
    return { code, text };
  };

  test("a whole packet ends with 0, a changed one with 1, a wrong call with 2, and one by nobody knows whom with 3", async () => {
    const good = await kept(await made());
    expect(await run(good, "--key", key.fingerprint)).toMatchObject({ code: 0, text: expect.stringContaining("3 files of LE-4K7Q-T2MX version 3") });
    expect(await run(good)).toMatchObject({ code: 3, text: expect.stringMatching(/Who made it is NOT shown[^]*[0-9a-f]{64}/) });
    expect(await run(good, "--unauthenticated")).toMatchObject({ code: 0, text: expect.stringContaining(key.fingerprint) });
    expect(await run(good, "--unauthenticated", "--key", key.fingerprint)).toMatchObject({ code: 2 });
    expect(await run(await kept((await readFile(good)).subarray(0, -5)), "--unauthenticated")).toMatchObject({ code: 1 });
    const pem = join(folder, "key.pem");
    await writeFile(pem, key.publicKey);
    expect(await run(good, "--key", pem, "--json")).toMatchObject({ code: 0, text: expect.stringContaining('"signerExpected": true') });
    expect(await run(good, "--key", stranger.fingerprint)).toMatchObject({ code: 1, text: expect.stringContaining("signer_unknown") });
    expect(await run(await kept((await readFile(good)).subarray(0, -5)))).toMatchObject({ code: 1 });
    expect(await run(join(folder, "none.zip"))).toMatchObject({ code: 2, text: expect.stringContaining("ENOENT") });
    expect(await run(folder)).toMatchObject({ code: 2 });
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run(good, "--key", "wrong")).toMatchObject({ code: 2 });
  });
});

const inserted = (bytes: Buffer, at: number, more: Buffer) => Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);

describe("what a redacted file was made of", () => {
  const [source, other] = [sha256(Buffer.from("the original")), sha256(Buffer.from("another one"))];
  const rendition = Buffer.from("covered");
  const path = "evidence/redacted/001.jpg";
  const entry = { number: "001", path, given: "redacted_picture", sha256: source, rendition: { sha256: sha256(rendition) } };
  const packet = (index: unknown, file: { source?: string; note?: string } = { source }) =>
    buffer(writePacket(head, [{ path, bytes: rendition, ...file }, { path: "evidence/index.json", bytes: Buffer.from(typeof index === "string" ? index : JSON.stringify(index)) }], key).stream);

  test("is said by manifest and list alike", async () => {
    expect(await faults(await packet([entry]))).toEqual([]);
    expect(await faults(await packet([{ ...entry, rendition: { ...entry.rendition, done: "covered" } }], { source, note: "covered" }))).toEqual([]);
  });

  test.each<[string, unknown, { source?: string; note?: string }?]>([
    ["the list names another source", [{ ...entry, sha256: other }]],
    ["the manifest names none", [entry], {}],
    ["the list names another rendition", [{ ...entry, rendition: { sha256: other } }]],
    ["the list does not know it", []],
    ["the list calls it an original", [{ ...entry, given: "original", rendition: null }]],
    ["the list cannot be read", "{"],
    ["the list says otherwise what was done", [{ ...entry, rendition: { sha256: sha256(rendition), done: "nothing" } }], { source, note: "page 2 withheld" }],
    ["the list does not say what was done", [entry], { source, note: "page 2 withheld" }],
  ])("is found to differ when %s", async (_what, index, file) => {
    expect(await faults(await packet(index, file))).toEqual(["source_differs"]);
  });
});
