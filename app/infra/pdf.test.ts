import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { renderPdf } from "./pdf.server";
import type { PdfBlock } from "./pdf/pdf-block";

const date = new Date("2026-11-20T10:00:00Z");
const say = (...texts: string[]): PdfBlock[] => texts.map((text) => ({ type: "paragraph", text }));

/** The code points a reader gets back when copying text out: the values of the fonts' ToUnicode tables. */
function signsIn(pdf: Buffer): Set<string> {
  const signs = new Set<string>();
  const source = pdf.toString("latin1");
  for (const match of source.matchAll(/\/FlateDecode[^>]*>>\s*stream\r?\n/g)) {
    const start = match.index + match[0].length;
    const end = source.indexOf("endstream", start);
    const text = inflateSync(pdf.subarray(start, end)).toString("latin1");
    for (const table of text.matchAll(/beginbfrange([\s\S]*?)endbfrange/g))
      for (const code of table[1]?.matchAll(/(?<=[[\s])<([0-9a-f]{4,8})>/g) ?? []) signs.add(Buffer.from(code[1] ?? "", "hex").swap16().toString("utf16le"));
  }
  return signs;
}

test("the same input and date give the same bytes; another date does not", async () => {
  const input = { title: "Statement", language: "en", blocks: say("株式会社", "Words"), date };
  const first = await renderPdf(input);
  expect((await renderPdf(input)).equals(first)).toBe(true);
  expect((await renderPdf({ ...input, date: new Date("2026-11-21T10:00:00Z") })).equals(first)).toBe(false);
});

test("title, language and tags are in the file, and pages are counted", async () => {
  const pdf = await renderPdf({ title: "Decision", language: "es", blocks: [...say("Uno"), { type: "page_break" }, ...say("Dos")], date });
  const source = pdf.toString("latin1");
  expect(source).toContain("/Lang (es)");
  expect(source).toMatch(/<dc:title>[^]*?Decision[^]*?<\/dc:title>/);
  expect(source).toMatch(/\/MarkInfo\s+(\d+ 0 R|<<)/);
  expect(source).toContain("/DisplayDocTitle true");
  expect(source.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(2);
});

test.each([
  ["Polish", "Zażółć"],
  ["Greek and Cyrillic", "ΕλλάςПривет"],
  ["Hebrew", "חברת"],
  ["Chinese and Japanese", "株式会社ひまわり"],
  ["Korean", "서울상사"],
  ["Thai", "ร้าน"],
])("a name in %s is drawn with real signs", async (_script, name) => {
  const signs = signsIn(await renderPdf({ title: "T", language: "en", blocks: say(name), date }));
  for (const sign of name.normalize("NFC")) expect([...signs].join("")).toContain(sign);
});

test("rows without end and words without spaces do not lose the pen", async () => {
  const pdf = await renderPdf({
    title: "Long ".repeat(60),
    language: "en",
    date,
    blocks: [
      { type: "table", columns: [{ title: "A" }, { title: "B", share: 3 }], rows: [["1", "x".repeat(4_000)], ["2", ""]] },
      { type: "facts", rows: [{ label: "", value: "" }] },
      { type: "list", items: [] },
      { type: "quote", text: "" },
    ],
  });
  expect(pdf.toString("latin1").match(/\/Type \/Page\b(?!s)/g)?.length).toBeGreaterThan(1);
});
