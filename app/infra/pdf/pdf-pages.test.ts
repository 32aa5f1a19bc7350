import { expect, test } from "vitest";
import { onePage, pdfOf, rawPdf } from "../../../test/support/pdf";
import { openPdfPages, pdfBounds, type PdfPage } from "./pdf-pages.server";

async function pagesOf(bytes: Uint8Array, numbers = [1], how: "read" | "draw" = "draw", bounds = {}) {
  const pages: PdfPage[] = [];
  const read = await openPdfPages({ ...pdfBounds, ...bounds }).each(bytes, numbers, how, (page) => void pages.push(page));
  return { read, pages };
}

/** The darkest grey within a part of a page. */
function darkest({ pixels, width, height }: PdfPage, part: { left: number; top: number; right: number; bottom: number }): number {
  let least = 255;
  for (let y = Math.floor(part.top * height); y < part.bottom * height; y += 1) {
    for (let x = Math.floor(part.left * width); x < part.right * width; x += 1) least = Math.min(least, pixels![(y * width + x) * 4]!);
  }
  return least;
}

const boxAt = ({ boxes, text }: PdfPage, what: string) => {
  const at = text.indexOf(what);
  const units = Array.from({ length: what.length }, (_none, unit) => [...boxes.slice((at + unit) * 4, (at + unit) * 4 + 4)] as [number, number, number, number]);
  return { left: Math.min(...units.map(([left]) => left)), top: Math.min(...units.map(([, top]) => top)), right: Math.max(...units.map(([, , right]) => right)), bottom: Math.max(...units.map(([, , , bottom]) => bottom)) };
};

test("gives the pages asked for, with where their letters stand", async () => {
  const bytes = await pdfOf((doc) => {
    doc.fontSize(30).text("Rosa was here", 100, 100);
    doc.addPage({ size: [300, 150] }).fontSize(12).text("Second", 20, 20);
  });
  const { read, pages } = await pagesOf(bytes, [2, 1, 7]);
  expect(read).toEqual({ ok: true, pages: 2 });
  expect(pages.map(({ number, width, height, text }) => [number, width, height, text.trim()])).toEqual([[2, 1_600, 800, "Second"], [1, 1_236, 1_600, "Rosa was here"]]);
  const box = boxAt(pages[1]!, "Rosa");
  expect(darkest(pages[1]!, box)).toBeLessThan(80);
  expect(darkest(pages[1]!, { left: 0, top: box.bottom + 0.02, right: 1, bottom: 1 })).toBe(255);
  expect(box.left).toBeCloseTo(100 / 612, 2);
});

test("places are those of the page as it is looked at, also where it lies on its side", async () => {
  const { pages: [upright] } = await pagesOf(onePage("BT /F 40 Tf 50 700 Td (Rosa) Tj ET", { resources: "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>" }));
  const { pages: [turned] } = await pagesOf(onePage("BT /F 40 Tf 50 700 Td (Rosa) Tj ET", { extra: "/Rotate 90", resources: "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>" }));
  expect([upright!.width < upright!.height, turned!.width > turned!.height]).toEqual([true, true]);
  for (const page of [upright!, turned!]) {
    const box = boxAt(page, "Rosa");
    expect(darkest(page, box)).toBeLessThan(80);
  }
  expect(boxAt(turned!, "Rosa").left).toBeGreaterThan(0.8);
});

test("what was filled into a form is drawn", async () => {
  const bytes = await pdfOf((doc) => {
    doc.font("Helvetica").initForm();
    doc.formText("name", 100, 100, 300, 60, { value: "MMMMMMMM", fontSize: 40 } as never);
  });
  const { pages: [page] } = await pagesOf(bytes);
  expect(darkest(page!, { left: 0.16, top: 0.12, right: 0.6, bottom: 0.21 })).toBeLessThan(120);
});

test("reading draws nothing, and no number reads only how many there are", async () => {
  const bytes = await pdfOf((doc) => doc.text("One"));
  expect((await pagesOf(bytes, [1], "read")).pages).toMatchObject([{ pixels: null }]);
  expect(await pagesOf(bytes, [])).toEqual({ read: { ok: true, pages: 1 }, pages: [] });
});

test.each<[string, () => Promise<Buffer> | Buffer]>([
  ["nothing", () => Buffer.alloc(0)],
  ["no PDF", () => Buffer.from("GIF89a")],
  ["cut off before its end", async () => (await pdfOf((doc) => doc.text("x"))).subarray(0, 300)],
  ["locked with a password", () => pdfOf((doc) => doc.text("x"), { userPassword: "secret" })],
  ["without pages", () => rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"])],
  ["all one loop", () => rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])],
])("a file that is %s is not read", async (_what, bytes) => {
  const { read, pages } = await pagesOf(await bytes());
  expect([read, pages]).toEqual([{ ok: false, reason: "unreadable" }, []]);
});

/** Each form draws the one beneath it ten times. */
const bomb = (levels: number) =>
  onePage("/X5 Do", {
    resources: "/XObject << /X5 5 0 R >>",
    more: Array.from({ length: levels }, (_none, level) => {
      const [last, next] = [level === levels - 1, level + 6];
      const content = last ? "0 0 600 800 re f" : `/X${next} Do `.repeat(10);
      return `<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << ${last ? "" : `/XObject << /X${next} ${next} 0 R >>`} >> /Length ${content.length} >>\nstream\n${content}\nendstream`;
    }),
  });

test("one that takes longer than it is given is given up", async () => {
  const { read } = await pagesOf(await pdfOf((doc) => doc.text("x")), [1], "draw", { seconds: 0.001 });
  expect(read).toEqual({ ok: false, reason: "too_long" });
});

test("one that is given up, be it for its time or its memory, does not keep the next one waiting for ever", async () => {
  const pdf = openPdfPages({ ...pdfBounds, seconds: 10, atOnce: 1 });
  const good = await pdfOf((doc) => doc.text("x"));
  const both = await Promise.all([pdf.each(bomb(12), [1], "draw", () => undefined), pdf.each(good, [1], "draw", () => undefined)]);
  expect(both).toMatchObject([{ ok: false }, { ok: true, pages: 1 }]);
});

test("one that would take more memory than it is given is not read", async () => {
  const { read } = await pagesOf(await pdfOf((doc) => doc.text("x")), [1], "draw", { memoryBytes: 20 * 1024 * 1024, longestSide: 4_000 });
  expect(read).toEqual({ ok: false, reason: "unreadable" });
});

test("one with more text than is looked through is not read", async () => {
  const { read } = await pagesOf(await pdfOf((doc) => doc.text("Rosa ".repeat(40))), [1], "read", { mostCharacters: 100 });
  expect(read).toEqual({ ok: false, reason: "unreadable" });
});

test.each([["0 0 14400 14400", 1_600, 1_600], ["0 0 20000000 1", 1_600, 1], ["0 0 0.001 0.001", 1_600, 1_600]])("a page of %s points is drawn no larger than any other", async (box, width, height) => {
  const { read, pages } = await pagesOf(onePage("0 0 10 10 re f", { box }));
  expect([read, pages.map((page) => [page.width, page.height])]).toEqual([{ ok: true, pages: 1 }, [[width, height]]]);
});
