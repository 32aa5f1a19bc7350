import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linesOf, printable, runsOf } from "./text-runs";

const one = () => 0;
const byLength = (text: string) => [...text].length;

describe("runs of a line", () => {
  test("a right-to-left name inside a sentence is one run, turned as a whole", () => {
    expect(runsOf("for חברת אור now", one)).toEqual([
      { text: "for ", font: 0, rightToLeft: false },
      { text: "חברת אור", font: 0, rightToLeft: true },
      { text: " now", font: 0, rightToLeft: false },
    ]);
  });

  test("two names and a number stand in the order of the bidirectional algorithm", () => {
    expect(runsOf("אב 12 גד", one).map((run) => run.text)).toEqual([" גד", "12", "אב "]);
  });

  test("brackets in a right-to-left run face the other way", () => {
    expect(runsOf("א(ב)ג", one).map((run) => run.text)).toEqual(["א)ב(ג"]);
  });

  test("a run ends where another font is needed", () => {
    const fontFor = (sign: string) => (sign === "株" ? 1 : 0);
    expect(runsOf("A株株B", fontFor).map(({ text, font }) => [text, font])).toEqual([["A", 0], ["株株", 1], ["B", 0]]);
  });
});

describe("lines", () => {
  test("break at spaces, and keep the line breaks a person made", () => {
    expect(linesOf("one two three\n\nfour", 7, byLength)).toEqual(["one two", "three", "", "four"]);
  });

  test("break a word wider than a line, and Chinese between its words", () => {
    expect(linesOf("abcdefghij kl", 4, byLength)).toEqual(["abcd", "efgh", "ij", "kl"]);
    expect(linesOf("株式会社ひまわり商店", 4, byLength).every((line) => line.length <= 4)).toBe(true);
  });

  test("lose nothing but spaces and are never too wide, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), fc.integer({ min: 6, max: 30 }), (raw, width) => {
        const text = printable(raw);
        const lines = linesOf(text, width, byLength);
        expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
        const widest = Math.max(0, ...[...new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)].map(({ segment }) => byLength(segment)));
        for (const line of lines) expect(byLength(line)).toBeLessThanOrEqual(Math.max(width, widest));
      }),
    );
  });
});

test("what would turn the reading order or cannot be shown is taken out", () => {
  expect(printable("a\u202Eb\u0000c\r\nd\uD800")).toBe("abc\nd\uFFFD");
});
