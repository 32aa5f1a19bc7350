import { createHash, randomBytes } from "node:crypto";
import { DeleteObjectCommand, GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KeyRing } from "~/infra/key-ring.server";
import { createObjectStore, partBytes } from "~/infra/object-store.server";
import { readWhole, StandingFileDiffers, type FileStore } from "~/infra/storage.server";
import { startObjectStore, type TestObjectStore } from "../support/object-store";
import { tcpGate, type TcpGate } from "../support/tcp-gate";

const oldKey = { id: "k1", secret: randomBytes(32) };
const newKey = { id: "k2", secret: randomBytes(32) };
const ring: KeyRing = { keys: [oldKey] };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const impatient = { connect: 2_000, silence: 2_000, attempts: 2 };

let server: TestObjectStore;
const objectOf = (key: string) => ({ Bucket: server.settings.bucket, Key: `${server.settings.prefix}${key}` });
const stored = async (key: string) => Buffer.from(await (await server.client.send(new GetObjectCommand(objectOf(key)))).Body!.transformToByteArray());
const overwrite = (key: string, bytes: Uint8Array) => server.client.send(new PutObjectCommand({ ...objectOf(key), Body: bytes }));
const names = async () => ((await server.client.send(new ListObjectsV2Command({ Bucket: server.settings.bucket }))).Contents ?? []).map(({ Key }) => Key);

describe.each(["conditional", "plain"] as const)("a store whose puts are %s", (how) => {
  let store: FileStore;
  beforeAll(async () => {
    server = await startObjectStore(how);
    store = createObjectStore({ settings: server.settings, ring });
  });
  afterAll(async () => {
    await store.close();
    await server.close();
  });

  test.each([0, 1, 65_537, 1_100_003, partBytes + 1, 2 * partBytes + 12_345])("gives %i bytes back byte for byte, and nothing of them can be read there", async (size) => {
    const bytes = Buffer.alloc(size, `telling${size}`);
    expect(await store.put(bytes)).toEqual({ sha256: sha256(bytes), size, key: sha256(bytes) });
    expect((await readWhole(store, sha256(bytes))).equals(bytes)).toBe(true);
    expect((await stored(sha256(bytes))).includes("telling")).toBe(false);
  });

  test("stores the same content once, also when it comes ten times at once, and never overwrites it", async () => {
    const bytes = randomBytes(100_000);
    const first = await store.put(bytes);
    const standing = await stored(first.key);
    expect(await store.put(bytes)).toEqual(first);
    expect((await stored(first.key)).equals(standing)).toBe(true);
    const others = randomBytes(50_000);
    expect(new Set((await Promise.all(Array.from({ length: 10 }, () => store.put(others)))).map(({ key }) => key))).toEqual(new Set([sha256(others)]));
    expect((await readWhole(store, sha256(others))).equals(others)).toBe(true);
  });

  test("keeps nothing of a put whose content broke off", async () => {
    const before = await names();
    async function* breaking() {
      yield randomBytes(2 * partBytes);
      throw new Error("the client went away");
    }
    await expect(store.put(breaking())).rejects.toThrow("went away");
    expect(await names()).toEqual(before);
  });

  test("does not count a put where other bytes stand, and leaves them as they are", async () => {
    const bytes = randomBytes(70_000);
    const foreign = Buffer.from("somebody else's");
    await overwrite(sha256(bytes), foreign);
    await expect(store.put(bytes)).rejects.toThrow(StandingFileDiffers);
    expect((await stored(sha256(bytes))).equals(foreign)).toBe(true);
  });

  test("does not pass off what was altered, cut short or exchanged", async () => {
    const [one, other] = [await store.put(randomBytes(150_000)), await store.put(randomBytes(150_000))];
    const sealed = await stored(one.key);
    for (const harmed of [Buffer.concat([sealed.subarray(0, 100), Buffer.from([sealed[100]! ^ 1]), sealed.subarray(101)]), sealed.subarray(0, -1), Buffer.alloc(0), await stored(other.key)]) {
      await overwrite(one.key, harmed);
      await expect(readWhole(store, one.key)).rejects.toThrow();
    }
  });

  test("re-seals under a new key, after which the old one may go", async () => {
    const bytes = randomBytes(partBytes + 100_000);
    const { key } = await store.put(bytes);
    const rotating = createObjectStore({ settings: server.settings, ring: { keys: [newKey, oldKey] } });
    expect(await rotating.needsReseal(key)).toBe(true);
    await rotating.reseal(key);
    expect(await rotating.needsReseal(key)).toBe(false);
    const after = createObjectStore({ settings: server.settings, ring: { keys: [newKey] } });
    expect((await readWhole(after, key)).equals(bytes)).toBe(true);
    await expect(readWhole(store, key)).rejects.toThrow('no key "k2"');
    await Promise.all([rotating.close(), after.close()]);
  });

  test("says whether it has a file, forgets it for good, and keeps one that is young", async () => {
    const { key } = await store.put(randomBytes(10));
    await store.remove(key, new Date("2026-01-01T00:00:00Z"));
    expect(await store.has(key)).toBe(true);
    await store.remove(key);
    expect(await store.has(key)).toBe(false);
    await expect(readWhole(store, key)).rejects.toThrow("does not exist");
    await store.remove(key);
  });

  test("tells what nobody put since, and nothing that is not a file of ours", async () => {
    const { key } = await store.put(randomBytes(10));
    await overwrite("README", Buffer.from("x"));
    const since = async (instant: Date) => {
      const found: string[] = [];
      for await (const one of store.untouchedSince(instant)) found.push(one);
      return found;
    };
    expect(await since(new Date("2026-01-01T00:00:00Z"))).toEqual([]);
    const all = await since(new Date("2100-01-01T00:00:00Z"));
    expect(all).toContain(key);
    expect(all.filter((one) => !/^[0-9a-f]{64}$/.test(one))).toEqual([]);
    await server.client.send(new DeleteObjectCommand(objectOf("README")));
  });

  test("asks for nothing but files by their names", async () => {
    for (const key of ["../../other", "", "A".repeat(64)]) {
      expect(() => store.read(key)).toThrow("not the key");
      await expect(store.has(key)).rejects.toThrow("not the key");
    }
  });
});

describe("a store that fails", () => {
  let gate: TcpGate;
  let store: FileStore;
  let watch: ((passed: { there: number; back: number }) => void) | null = null;
  const reached = (way: "there" | "back", bytes: number) => {
    let from: number | null = null;
    return new Promise<void>((settle) => {
      watch = (passed) => {
        from ??= passed[way];
        if (passed[way] - from >= bytes) settle((watch = null) ?? undefined);
      };
    });
  };
  beforeAll(async () => {
    server = await startObjectStore();
    gate = await tcpGate({ host: "127.0.0.1", port: server.port }, (passed) => watch?.(passed));
    store = createObjectStore({ settings: { ...server.settings, endpoint: `http://127.0.0.1:${gate.port}` }, ring, patience: impatient });
  });
  afterAll(async () => {
    await store.close();
    await gate.close();
    await server.close();
  });

  test("by its credentials takes and gives nothing", async () => {
    const { key } = await store.put(randomBytes(10));
    const wrong = createObjectStore({ settings: { ...server.settings, credentials: { accessKeyId: "console:vault", secretAccessKey: "guessed" } }, ring });
    await expect(wrong.put(randomBytes(10))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(wrong.put(randomBytes(partBytes + 1))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(wrong.has(key)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await expect(readWhole(wrong, key)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    await wrong.close();
  });

  test("by silence is given up, and takes the same file once it answers again", async () => {
    const bytes = randomBytes(300_000);
    gate.silence();
    await expect(store.put(bytes)).rejects.toThrow();
    await expect(store.has(sha256(bytes))).rejects.toThrow();
    gate.open();
    const { key } = await store.put(bytes);
    gate.silence();
    await expect(readWhole(store, key)).rejects.toThrow();
    gate.open();
    expect((await readWhole(store, key)).equals(bytes)).toBe(true);
  });

  test("in the middle of reading is read on from where the line broke", async () => {
    const bytes = randomBytes(3 * partBytes);
    const { key } = await store.put(bytes);
    const halfway = reached("back", partBytes);
    const reading = readWhole(store, key);
    await halfway;
    gate.cut();
    gate.open();
    expect((await reading).equals(bytes)).toBe(true);
  });

  test("killed in the middle of writing holds nothing under the file's name, and its halves are thrown away", async () => {
    const bytes = randomBytes(6 * partBytes);
    const halfway = reached("there", 2 * partBytes);
    const putting = store.put(bytes);
    const failed = expect(putting).rejects.toThrow();
    await halfway;
    await server.kill();
    await failed;
    await server.restart();
    gate.open();
    expect(await store.has(sha256(bytes))).toBe(false);
    const uploads = async () => (await server.client.send(new ListMultipartUploadsCommand({ Bucket: server.settings.bucket }))).Uploads ?? [];
    expect(await uploads()).toHaveLength(1);
    for await (const key of store.untouchedSince(new Date("2100-01-01T00:00:00Z"))) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await uploads()).toEqual([]);
    expect((await store.put(bytes)).size).toBe(bytes.length);
    expect((await readWhole(store, sha256(bytes))).equals(bytes)).toBe(true);
  });
});
