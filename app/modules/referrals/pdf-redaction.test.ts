import { expect, test } from "vitest";
import { foundRegions, mostFinds, pageNumber, pdfRedactionInWords, pdfRedactionSchema, sheetsOf, withheldNote } from "./pdf-redaction";

const plain = (page: number) => ({ page, whole: "none" as const, regions: [] });
const black = { left: 0, top: 0, width: 10, height: 10, how: "blackout" as const };

test.each<[string, number[], number, unknown[]]>([
  ["every page", [1, 2], 2, [{ page: 1 }, { page: 2 }]],
  ["one in the middle", [2], 4, [{ from: 1, to: 1 }, { page: 2 }, { from: 3, to: 4 }]],
  ["in whatever order they were chosen", [4, 1], 4, [{ page: 1 }, { from: 2, to: 3 }, { page: 4 }]],
  ["none", [], 3, [{ from: 1, to: 3 }]],
])("the sheets of %s", (_what, pages, of, sheets) => {
  expect(sheetsOf(pages.map((page) => ({ page })), of)).toEqual(sheets);
});

test("a note says which pages it stands for", () => {
  expect([withheldNote({ from: 2, to: 2 }, 5), withheldNote({ from: 3, to: 5 }, 5)]).toEqual(["Page 2 of 5 is withheld.", "Pages 3 to 5 of 5 are withheld."]);
});

test.each([
  [{ pages: [plain(1)], of: 1, found: 0 }, "Page 1 of 1 drawn anew, nothing covered"],
  [{ pages: [plain(2), plain(1)], of: 2, found: 1 }, "Pages 1, 2 of 2 drawn anew, 1 place covered because its text names somebody"],
  [{ pages: [{ ...plain(1), regions: [black, { ...black, how: "blur" as const }] }, plain(2), plain(3), { ...plain(6), whole: "blur" as const }], of: 9, found: 3 },
    "Pages 1–3, 6 of 9 drawn anew, page 6 blurred as a whole, 1 part blacked out, 1 part blurred, 3 places covered because their text names somebody; pages 4, 5, 7–9 withheld"],
  [{ pages: [plain(1)], of: 2, found: 0 }, "Page 1 of 2 drawn anew, nothing covered; page 2 withheld"],
])("what was done reads %#", (redaction, words) => {
  expect(pdfRedactionInWords(pdfRedactionSchema.parse(redaction))).toBe(words);
});

test.each([["1", 1], ["40", 40], ["0", null], ["-1", null], ["1.5", null], ["", null], ["99999999", null], ["1e3", null]])("the page called %j is %j", (said, number) => {
  expect(pageNumber(said)).toBe(number);
});

/** Five signs in a row and five beneath, each a tenth wide and a twentieth high. */
const boxes = Array.from({ length: 10 }, (_none, at) => [(at % 5) / 10, at < 5 ? 0.1 : 0.2, (at % 5) / 10 + 0.1, at < 5 ? 0.15 : 0.25]).flat();

test("what is found is covered line by line, a little larger than its letters and never past the page", () => {
  const [first, second, ...more] = foundRegions([{ start: 3, end: 7 }], boxes);
  expect(more).toEqual([]);
  expect(first!.left).toBeCloseTo(29.7);
  expect(first!.left + first!.width).toBeCloseTo(50.3);
  expect(first!.top).toBeLessThan(10);
  expect(first!.top + first!.height).toBeGreaterThan(15);
  expect(second!.left).toBe(0);
  expect(second!.left + second!.width).toBeCloseTo(20.3);
  expect(second!.top + second!.height).toBeGreaterThan(25);
});

test("what no letter draws covers nothing", () => {
  expect(foundRegions([{ start: 0, end: 1 }, { start: 40, end: 44 }], [0.5, 0.5, 0.5, 0.5])).toEqual([]);
  expect(foundRegions([{ start: 0, end: 1 }], [1.5, 0.1, 1.7, 0.2])).toEqual([]);
});

test("a page that names people all over is covered as a whole", () => {
  const many = Array.from({ length: mostFinds + 1 }, (_none, at) => [0, at / 1_000, 1, (at + 0.9) / 1_000]).flat();
  const spans = Array.from({ length: mostFinds + 1 }, (_none, at) => ({ start: at, end: at + 1 }));
  expect(foundRegions(spans, many)).toEqual([{ left: 0, top: 0, width: 100, height: 100, how: "blackout" }]);
});
