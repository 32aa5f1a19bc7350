import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanEmail, cleanLine, cleanText, sanitiseFileName, sanitiseLine, sanitiseText } from "./text";

describe("sanitiseText", () => {
  test.each([
    ["NUL bytes", "a\u0000b", "ab"],
    ["control characters", "a\u0007\u001b[31mb\u0085c", "a[31mbc"],
    ["direction overrides", "invoice\u202Efdp.exe\u2066x\u2069", "invoicefdp.exex"],
    ["half an emoji", "a\ud83db", "a\ufffdb"],
    ["invisible tags", "a\u{e0041}b\ufeff", "ab"],
    ["line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"],
    ["nothing else", "Ça va? 👩‍👩‍👧 עברית \u200fعربي\tTab", "Ça va? 👩‍👩‍👧 עברית \u200fعربي\tTab"],
  ])("handles %s", (_what, raw, clean) => {
    expect(sanitiseText(raw)).toBe(clean);
  });

  test("takes a tower of marks down to what any script needs", () => {
    const tower = sanitiseText(`x${"\u0301\u0316".repeat(500)}y`);
    expect(tower).toMatch(/^x\p{M}{6}y$/u);
  });

  test("is stable, well formed and free of NUL for any string at all", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (raw) => {
        const once = sanitiseText(raw);
        expect(sanitiseText(once)).toBe(once);
        expect(once).not.toMatch(/[\u0000\u202e]/);
        expect(() => encodeURIComponent(once)).not.toThrow();
      }),
    );
  });
});

test("a line has no line breaks", () => {
  expect(sanitiseLine("  a\r\n\tb \u2029 c ")).toBe("a b c");
});

test.each([
  ["C:\\fake\\shot.png", "shot.png"],
  ["../../etc/passwd", "passwd"],
  ['a"b;c.txt', "a_b_c.txt"],
  ["exe\u202Egnp.pdf", "exegnp.pdf"],
  ["...", "file"],
  ["..", "file"],
  [". ..", "file"],
  [`${"x".repeat(115)}👩‍👩‍👧.png`, `${"x".repeat(115)}.png`],
  ["", "file"],
  [`${"x".repeat(500)}.jpeg`, `${"x".repeat(115)}.jpeg`],
])("file name %j is kept as %j", (raw, safe) => {
  expect(sanitiseFileName(raw)).toBe(safe);
});

describe("schemas", () => {
  test("measure what is left after cleaning", () => {
    expect(cleanLine({ max: 3 }).parse(" a\u0000bc ")).toBe("abc");
    expect(cleanLine({ max: 3 }).safeParse("\u0000\u202e ").success).toBe(false);
    expect(cleanText({ max: 10 }).safeParse("x".repeat(11)).success).toBe(false);
  });

  test("turn a megabyte away before working on it", () => {
    const cleansToThreeLetters = `${"\u0000".repeat(1_000_000)}abc`;
    expect(cleanText({ max: 5_000 }).safeParse(cleansToThreeLetters).success).toBe(false);
  });

  test.each(["ana@example.com", "Ana.B+tag@mail.example.co.uk", "josé@correo.example", "x@bücher.example"])(
    "take the address %s",
    (address) => expect(cleanEmail().parse(` ${address} `)).toBe(address),
  );

  test.each(["ana", "ana@localhost", "a@b@c.example", "a,b@c.example", "Ana <a@c.example>", "a@-b.example", "a b@c.example", ""])(
    "refuse the address %j",
    (address) => expect(cleanEmail().safeParse(address).success).toBe(false),
  );

  test("never let a line break into an address", () => {
    expect(cleanEmail().safeParse("a@c.example\r\nBcc: x@y.example").success).toBe(false);
  });
});

test.each(["\u200b", "\u200b \0 ", "\u200d\u200c", "\u3164\u3164", "\u2800", "\u00a0"])("%j shows nothing, so it is empty", (blank) => {
  expect(sanitiseText(blank)).toBe("");
  expect(cleanLine({ max: 20 }).safeParse(blank).success).toBe(false);
});

test.each(["👩‍🚒", "می‌خواهم", "a\u200bb"])("%j keeps its joiners", (word) => {
  expect(sanitiseText(word)).toBe(word);
});
