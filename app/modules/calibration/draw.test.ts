import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isDrawn } from "./draw";

const digest = (id: string) => createHmac("sha256", "key").update(id).digest("hex");

test.each([
  ["0".repeat(64), 100, true],
  ["f".repeat(64), 9_999, false],
  ["f".repeat(64), 10_000, true],
  ["0ccccccccccc" + "0".repeat(52), 500, true],
  ["0ccccccccccd" + "0".repeat(52), 500, false],
])("%s at %i", (lot, share, drawn) => expect(isDrawn(lot, share)).toBe(drawn));

test("the same decision draws the same lot, and a larger share draws everything a smaller one does", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 100, max: 10_000 }), fc.integer({ min: 100, max: 10_000 }), (id, a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)];
      expect(isDrawn(digest(id), a)).toBe(isDrawn(digest(id), a));
      if (isDrawn(digest(id), small)) expect(isDrawn(digest(id), large)).toBe(true);
    }),
  );
});

test("about the share is drawn", () => {
  const drawn = Array.from({ length: 20_000 }, (_, n) => isDrawn(digest(`decision-${n}`), 500)).filter(Boolean).length;
  expect(drawn).toBeGreaterThan(850);
  expect(drawn).toBeLessThan(1_150);
});

test("what is no digest draws no lot", () => expect(() => isDrawn("x", 500)).toThrow(RangeError));
