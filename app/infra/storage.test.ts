import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KeyRing } from "./key-ring.server";
import { createLocalFileStore, readWhole, StandingFileDiffers, type FileStore } from "./storage.server";

const oldKey = { id: "k1", secret: randomBytes(32) };
const newKey = { id: "k2", secret: randomBytes(32) };
const oldRing: KeyRing = { keys: [oldKey] };

let folder: string;
let store: FileStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
  store = createLocalFileStore({ folder, ring: oldRing });
});
afterEach(() => rm(folder, { recursive: true }));

const pathOf = (key: string) => join(folder, key.slice(0, 2), key);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003])("gives %i bytes back byte for byte", async (size) => {
  const bytes = randomBytes(size);
  const stored = await store.put(bytes);
  expect(stored).toEqual({ sha256: sha256(bytes), size, key: sha256(bytes) });
  expect((await readWhole(store, stored.key)).equals(bytes)).toBe(true);
});

test("takes a stream in odd pieces", async () => {
  const bytes = randomBytes(200_001);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 7_777) yield bytes.subarray(at, at + 7_777);
  }
  const stored = await store.put(pieces());
  expect((await readWhole(store, stored.key)).equals(bytes)).toBe(true);
});

test("stores the same content once and never overwrites it", async () => {
  const first = await store.put(Buffer.from("evidence"));
  const inode = (await stat(pathOf(first.key))).ino;
  expect(await store.put(Buffer.from("evidence"))).toEqual(first);
  expect((await stat(pathOf(first.key))).ino).toBe(inode);
});

test("does not count a put where other bytes stand, and leaves them as they are", async () => {
  const { key } = await store.put(Buffer.from("evidence"));
  await writeFile(pathOf(key), "somebody else's");
  await expect(store.put(Buffer.from("evidence"))).rejects.toThrow(StandingFileDiffers);
  expect(await readFile(pathOf(key), "utf8")).toBe("somebody else's");
  expect(await readdir(join(folder, "incoming"))).toEqual([]);
});

test("keeps nothing readable on disk and nothing of a put that failed", async () => {
  const { key } = await store.put(Buffer.from("a very telling sentence"));
  expect((await readFile(pathOf(key))).includes("telling")).toBe(false);
  async function* breaking() {
    yield Buffer.from("half");
    throw new Error("the client went away");
  }
  await expect(store.put(breaking())).rejects.toThrow("went away");
  expect(await readdir(join(folder, "incoming"))).toEqual([]);
});

test.each([
  ["a flipped bit in the header", (bytes: Buffer) => flip(bytes, 10)],
  ["a flipped bit in the first segment", (bytes: Buffer) => flip(bytes, 100)],
  ["a flipped bit at the end", (bytes: Buffer) => flip(bytes, bytes.length - 1)],
  ["a missing last byte", (bytes: Buffer) => bytes.subarray(0, -1)],
  ["a missing last segment", (bytes: Buffer) => bytes.subarray(0, headerBytes + 2 * sealedSegment)],
  ["swapped segments", swapSegments],
  ["bytes added", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("x")])],
  ["nothing left", () => Buffer.alloc(0)],
])("does not pass off %s", async (_what, harm) => {
  const { key } = await store.put(randomBytes(150_000));
  await writeFile(pathOf(key), harm(await readFile(pathOf(key))));
  await expect(readWhole(store, key)).rejects.toThrow();
});

const headerBytes = 4 + 1 + 2 + 32;
const sealedSegment = 65_536 + 16;

function flip(bytes: Buffer, index: number): Buffer {
  bytes[index] = bytes[index]! ^ 1;
  return bytes;
}

function swapSegments(bytes: Buffer): Buffer {
  const part = (number: number) =>
    bytes.subarray(headerBytes + number * sealedSegment, headerBytes + (number + 1) * sealedSegment);
  return Buffer.concat([bytes.subarray(0, headerBytes), part(1), part(0), part(2)]);
}

test("does not pass one file off as another", async () => {
  const one = await store.put(Buffer.from("one"));
  const other = await store.put(Buffer.from("other"));
  await rename(pathOf(other.key), pathOf(one.key));
  await expect(readWhole(store, one.key)).rejects.toThrow("not the one that was put");
});

test("re-seals under a new key, after which the old one may go", async () => {
  const bytes = randomBytes(100_000);
  const { key } = await store.put(bytes);
  const rotating = createLocalFileStore({ folder, ring: { keys: [newKey, oldKey] } });
  expect(await rotating.needsReseal(key)).toBe(true);
  await rotating.reseal(key);
  expect(await rotating.needsReseal(key)).toBe(false);
  const after = createLocalFileStore({ folder, ring: { keys: [newKey] } });
  expect((await readWhole(after, key)).equals(bytes)).toBe(true);
  await expect(readWhole(store, key)).rejects.toThrow('no key "k2"');
});

test("reads nothing outside its folder", async () => {
  for (const key of ["../../etc/passwd", "", "A".repeat(64), `${"a".repeat(64)}/x`]) {
    expect(() => store.read(key)).toThrow("not the key");
    await expect(store.has(key)).rejects.toThrow("not the key");
  }
});

test("says whether it has a file, and forgets it for good", async () => {
  const { key } = await store.put(Buffer.from("x"));
  expect(await store.has(key)).toBe(true);
  await store.remove(key);
  expect(await store.has(key)).toBe(false);
  await expect(readWhole(store, key)).rejects.toThrow("ENOENT");
});

test("tells what nobody put since, and throws away halves that a crash left", async () => {
  const long = new Date("2026-01-01T00:00:00Z");
  const [old, again, young] = [await store.put(Buffer.from("old")), await store.put(Buffer.from("again")), await store.put(Buffer.from("young"))];
  for (const { key } of [old, again]) await utimes(pathOf(key), long, long);
  await store.put(Buffer.from("again"));
  await mkdir(join(folder, "incoming"), { recursive: true });
  await writeFile(join(folder, "incoming", "half"), "half");
  await utimes(join(folder, "incoming", "half"), long, long);

  const untouched: string[] = [];
  for await (const key of store.untouchedSince(new Date("2026-02-01T00:00:00Z"))) untouched.push(key);
  expect(untouched).toEqual([old.key]);
  expect(untouched).not.toContain(young.key);
  expect(await readdir(join(folder, "incoming"))).toEqual([]);
});

test("finds, proves, re-seals and removes what an earlier release put a folder deeper", async () => {
  const bytes = randomBytes(1_000);
  const { key } = await store.put(bytes);
  const deeper = join(folder, key.slice(0, 2), key.slice(2, 4));
  const lower = async () => {
    await mkdir(deeper, { recursive: true });
    await rename(pathOf(key), join(deeper, key));
  };
  await lower();
  expect(await store.has(key)).toBe(true);
  expect((await readWhole(store, key)).equals(bytes)).toBe(true);
  await store.put(bytes);
  expect(await readdir(join(folder, key.slice(0, 2)))).toEqual([key.slice(2, 4)]);
  const untouched: string[] = [];
  for await (const found of store.untouchedSince(new Date("2099-01-01T00:00:00Z"))) untouched.push(found);
  expect(untouched).toEqual([key]);

  const rotated = createLocalFileStore({ folder, ring: { keys: [newKey, oldKey] } });
  await rotated.reseal(key);
  expect([await rotated.needsReseal(key), await readdir(deeper)]).toEqual([false, []]);
  await rename(pathOf(key), join(deeper, key));
  await rotated.remove(key);
  expect([await rotated.has(key), await readdir(deeper)]).toEqual([false, []]);
  await rotated.close();
});

test("many puts at once are each stored, and a folder that was taken away meanwhile is made anew", async () => {
  const all = Array.from({ length: 40 }, () => randomBytes(500));
  const first = await Promise.all(all.map((bytes) => store.put(bytes)));
  await Promise.all((await readdir(folder)).map((name) => rm(join(folder, name), { recursive: true })));
  expect(await Promise.all(all.map((bytes) => store.put(bytes)))).toEqual(first);
  for (const [index, { key }] of first.entries()) expect((await readWhole(store, key)).equals(all[index]!)).toBe(true);
  await store.close();
});
