import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createFieldCrypto } from "./crypto.server";
import { keyRingSchema, type KeyRing } from "./key-ring.server";
import { signLink, verifyLink } from "./signed-link.server";

const key = (id: string) => ({ id, secret: randomBytes(32) });
const oldKey = key("k1");
const newKey = key("k2");
const lookupKey = randomBytes(32);
const withRing = (...keys: KeyRing["keys"]) => createFieldCrypto({ ring: { keys }, lookupKey });
const before = withRing(oldKey);
const rotating = withRing(newKey, oldKey);
const after = withRing(newKey);

/** Flips one bit at `index` from the front of the sealed body. */
function tampered(sealed: string, index: number): string {
  const cut = sealed.lastIndexOf(".") + 1;
  const bytes = Buffer.from(sealed.slice(cut), "base64url");
  bytes[index] = bytes[index]! ^ 1;
  return sealed.slice(0, cut) + bytes.toString("base64url");
}

describe("sealed fields", () => {
  test("come back as they were, and never look the same twice", () => {
    const sealed = before.seal("Ana Peña 🦜", "reporter.name");
    expect(before.open(sealed, "reporter.name")).toBe("Ana Peña 🦜");
    expect(sealed).not.toContain("Ana");
    expect(before.seal("Ana Peña 🦜", "reporter.name")).not.toBe(sealed);
    expect(before.open(before.seal("", "reporter.name"), "reporter.name")).toBe("");
  });

  test("open in no other column", () => {
    const sealed = before.seal("ana@example.com", "reporter.email");
    expect(() => before.open(sealed, "account.email")).toThrow();
  });

  test.each([
    ["nonce", 0],
    ["text", 14],
    ["tag", 12 + "ana@example.com".length + 3],
  ])("do not open with a changed %s", (_part, index) => {
    const sealed = before.seal("ana@example.com", "reporter.email");
    expect(() => before.open(tampered(sealed, index), "reporter.email")).toThrow();
  });

  test("do not open under another key's id", () => {
    const sealed = rotating.seal("x", "c").replace("v1.k2.", "v1.k1.");
    expect(() => rotating.open(sealed, "c")).toThrow();
  });

  test.each(["", "plain", "v1.k1.", "v1.k1.AAAA", "v2.k1.AAAA", "v1.k1.AAAA.BBBB"])("refuse %j", (text) => {
    expect(() => before.open(text, "c")).toThrow("not a sealed value");
  });

  test("survive a rotation: old opens, new seals, re-sealed no longer needs the old key", () => {
    const old = before.seal("secret", "c");
    expect(rotating.open(old, "c")).toBe("secret");
    expect(rotating.needsReseal(old)).toBe(true);
    const fresh = rotating.reseal(old, "c");
    expect(rotating.needsReseal(fresh)).toBe(false);
    expect(rotating.reseal(fresh, "c")).toBe(fresh);
    expect(after.open(fresh, "c")).toBe("secret");
    expect(() => after.open(old, "c")).toThrow('no key "k1"');
  });
});

describe("lookup hashes", () => {
  test.each([
    ["email", " Ana@EXAMPLE.com", "ana@example.com", true],
    ["email", "ana@bücher.example", "ANA@xn--bcher-kva.example", true],
    ["email", "ana@example.com", "ana@example.org", false],
    ["phone", "(307) 555-0142", "+1 307-555-0142", true],
    ["phone", "+13075550142", "+13075550143", false],
    ["phone", "+442079460958", "02079460958", false],
    ["name", "Peña & Sons, LLC", "PENA  sons llc", true],
    ["name", "Pena Sons", "Pena Son", false],
    ["link", "abc", "ABC", false],
  ] as const)("%s: %j and %j meet: %s", (kind, one, other, same) => {
    expect(before.lookup(one, kind) === before.lookup(other, kind)).toBe(same);
  });

  test("stay the same through a rotation, and differ by kind and by installation", () => {
    expect(after.lookup("a@b.example", "email")).toBe(before.lookup("a@b.example", "email"));
    expect(before.lookup("abc", "link")).not.toBe(before.lookup("abc", "session"));
    const elsewhere = createFieldCrypto({ ring: { keys: [oldKey] }, lookupKey: randomBytes(32) });
    expect(elsewhere.lookup("abc", "link")).not.toBe(before.lookup("abc", "link"));
    expect(before.lookup("abc", "link")).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("signed links", () => {
  const id = "0198c0de-0000-7000-8000-000000000001";

  test("give the row id back, also after a rotation", () => {
    const token = signLink(before, "report_status", id);
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(verifyLink(rotating, "report_status", token)).toBe(id);
  });

  test("are bound to their purpose, their id and their keys", () => {
    const token = signLink(before, "report_status", id);
    expect(verifyLink(before, "account_standing", token)).toBeNull();
    expect(verifyLink(after, "report_status", token)).toBeNull();
    const bytes = Buffer.from(token, "base64url");
    for (let index = 0; index < bytes.length; index += 1) {
      const forged = Buffer.from(bytes);
      forged[index] = forged[index]! ^ 1;
      expect(verifyLink(before, "report_status", forged.toString("base64url"))).toBeNull();
    }
  });

  test("have one spelling", () => {
    const token = signLink(before, "report_status", id);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) ^ 1];
    expect(Buffer.from(twin, "base64url")).toEqual(Buffer.from(token, "base64url"));
    expect(verifyLink(before, "report_status", twin)).toBeNull();
  });

  test.each(["", "x", "A".repeat(43), "A".repeat(5_000), "ä".repeat(43)])("refuse %#", (token) => {
    expect(verifyLink(before, "report_status", token)).toBeNull();
  });
});

describe("key ring", () => {
  const entry = (id: string) => `${id}:${randomBytes(32).toString("base64")}`;

  test("reads keys newest first", () => {
    expect(keyRingSchema.parse(`${entry("k2")}, ${entry("k1")}`).keys.map((k) => k.id)).toEqual(["k2", "k1"]);
  });

  test.each(["", "k1", "k1:AAAA", `${entry("k1")},${entry("k1")}`, entry("K 1")])("refuses %j", (text) => {
    expect(keyRingSchema.safeParse(text).success).toBe(false);
  });
});
