import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeyedHash, createPrefixedHash, longestHashed } from "./keyed-hash";

const ascii = (constraints: { minLength?: number; maxLength: number }) => fc.string({ unit: "binary-ascii", ...constraints });

test("is HMAC-SHA-256, cut to 16 bytes, for every short ASCII text and key", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(ascii({ maxLength: longestHashed }), { minLength: 1, maxLength: 5 }), (key, texts) => {
      const hash = createKeyedHash(key);
      for (const text of texts) {
        const into = new Uint8Array(20).fill(7);
        expect(hash.write(text, into, 2)).toBe(true);
        expect(Buffer.from(into.subarray(2, 18)).toString("hex")).toBe(createHmac("sha256", key).update(text).digest("hex").slice(0, 32));
        expect([into[1], into[18]]).toEqual([7, 7]);
      }
    }),
  );
});

test.each([
  ["a text of 56 letters", "x".repeat(56)],
  ["an accent", "é"],
])("%s is left to the library", (_what, text) => {
  const into = new Uint8Array(16);
  expect(createKeyedHash(Buffer.from("key")).write(text, into, 0)).toBe(false);
  expect(into).toEqual(new Uint8Array(16));
});

test("behind a prefix, is SHA-256 of the prefix's block and the ASCII text, cut to 16 bytes, however long they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(ascii({ maxLength: 200 }), { minLength: 1, maxLength: 5 }), (prefix, texts) => {
      const hash = createPrefixedHash(prefix);
      const start = Buffer.alloc(64);
      start.set(prefix);
      for (const text of texts) {
        const into = new Uint8Array(20).fill(7);
        hash(text, into, 2);
        expect(Buffer.from(into.subarray(2, 18)).toString("hex")).toBe(createHash("sha256").update(start).update(text).digest("hex").slice(0, 32));
        expect([into[1], into[18]]).toEqual([7, 7]);
      }
    }),
  );
});
