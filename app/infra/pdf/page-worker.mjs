import { parentPort, workerData } from "node:worker_threads";
import { PDFiumModule } from "@hyzyla/pdfium";

/**
 * Reads and draws pages of one PDF in a thread of its own, which its parent ends when it takes too long. PDFium runs in
 * WebAssembly, so that a hostile file reaches nothing but the memory given to it here.
 *
 * @typedef {{ bytes: Uint8Array, numbers: number[], draw: boolean, longestSide: number, memoryBytes: number, mostCharacters: number }} Order
 */
const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const order = /** @type {Order} */ (workerData);

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function bounded(delta) {
  if (this.buffer.byteLength + delta * 65_536 > order.memoryBytes) throw new RangeError("a PDF takes too much memory");
  return grow.call(this, delta);
};
// The library tells the console of memory it does not get; the answer says so already.
console.error = console.warn = () => undefined;

/** Pixels drawn as red, green, blue, alpha; comments and their like among them. */
const [bgra, annotations, reversed] = [4, 0x01, 0x10];
/** Pages are measured on a screen this fine, so that places come as whole numbers. */
const fine = 1_000_000;

const library = /** @type {any} */ (await PDFiumModule({ printErr: () => undefined }));
library._FPDF_InitLibrary();

const answer = await open();
port.postMessage(answer);
if (answer.kind === "open") {
  for (const number of order.numbers) {
    if (number > answer.pages) continue;
    const page = readPage(answer.document, number);
    const { pixels } = page;
    port.postMessage(page, pixels ? [pixels.buffer] : []);
    await new Promise((next) => port.once("message", next));
  }
}
port.postMessage({ kind: "end" });
port.close();

async function open() {
  const { bytes } = order;
  const at = library.wasmExports.malloc(bytes.byteLength);
  if (at === 0) return { kind: "failed" };
  library.HEAPU8.set(bytes, at);
  const document = library._FPDF_LoadMemDocument(at, bytes.byteLength, 0);
  const pages = document === 0 ? 0 : library._FPDF_GetPageCount(document);
  return pages > 0 ? { kind: "open", document, pages } : { kind: "failed" };
}

/** @param {number} document @param {number} number */
function readPage(document, number) {
  const page = library._FPDF_LoadPage(document, number - 1);
  if (page === 0) throw new Error(`page ${number} cannot be read`);
  const [width, height] = sides(library._FPDF_GetPageWidth(page), library._FPDF_GetPageHeight(page));
  const said = textOf(page);
  const pixels = order.draw ? drawn(document, page, width, height) : null;
  library._FPDF_ClosePage(page);
  return { kind: "page", number, width, height, ...said, pixels };
}

/** @param {number} width @param {number} height in points; a page may claim any */
function sides(width, height) {
  if (!(width > 0 && height > 0 && Number.isFinite(width / height))) throw new Error("a page without a size");
  const scale = order.longestSide / Math.max(width, height);
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}

/**
 * The page's text and, for each UTF-16 unit of it, the box it is drawn in: left, top, right and bottom as parts of the
 * page's width and height, as it is looked at.
 *
 * @param {number} page
 */
function textOf(page) {
  const text = library._FPDFText_LoadPage(page);
  if (text === 0) throw new Error("a page's text cannot be read");
  const count = library._FPDFText_CountChars(text);
  if (count > order.mostCharacters) throw new Error("a page has too much text");
  const space = library.wasmExports.malloc(64);
  let said = "";
  /** @type {number[]} */
  const boxes = [];
  for (let index = 0; index < count; index += 1) {
    const code = library._FPDFText_GetUnicode(text, index);
    // Where a word is divided at the end of a line, it is one word.
    if (code === 2 || code === 0 || code > 0x10ffff) continue;
    const sign = String.fromCodePoint(code);
    const box = boxOf(page, text, index, space);
    said += sign;
    for (let unit = 0; unit < sign.length; unit += 1) boxes.push(...box);
  }
  library.wasmExports.free(space);
  library._FPDFText_ClosePage(text);
  return { text: said, boxes: Float32Array.from(boxes) };
}

/** The box of a sign as it is drawn together with that of its line's height. @param {number} page @param {number} text @param {number} index @param {number} space */
function boxOf(page, text, index, space) {
  const corners = [];
  // Left, right, bottom and top, each of eight bytes.
  if (library._FPDFText_GetCharBox(text, index, space, space + 8, space + 16, space + 24)) {
    const [left, right, bottom, top] = library.HEAPF64.slice(space / 8, space / 8 + 4);
    corners.push([left, top], [right, bottom]);
  }
  // Left, top, right and bottom, each of four bytes.
  if (library._FPDFText_GetLooseCharBox(text, index, space)) {
    const [left, top, right, bottom] = library.HEAPF32.slice(space / 4, space / 4 + 4);
    corners.push([left, top], [right, bottom]);
  }
  const seen = corners.map(([x, y]) => {
    library._FPDF_PageToDevice(page, 0, 0, fine, fine, 0, x, y, space, space + 4);
    return [library.HEAP32[space / 4] / fine, library.HEAP32[space / 4 + 1] / fine];
  });
  if (seen.length === 0) return [0, 0, 0, 0];
  const [across, down] = [seen.map(([x]) => x), seen.map(([, y]) => y)];
  return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
}

/** @param {number} document @param {number} page @param {number} width @param {number} height */
function drawn(document, page, width, height) {
  const size = width * height * bgra;
  const at = library.wasmExports.malloc(size);
  if (at === 0) throw new Error("no memory for a page");
  const bitmap = library._FPDFBitmap_CreateEx(width, height, bgra, at, width * bgra);
  library._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
  library._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, annotations | reversed);
  const form = formOf(document);
  library._FORM_OnAfterLoadPage(page, form);
  library._FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, reversed);
  library._FORM_OnBeforeClosePage(page, form);
  library._FPDFBitmap_Destroy(bitmap);
  const pixels = library.HEAPU8.slice(at, at + size);
  library.wasmExports.free(at);
  return pixels;
}

/** What draws the filled-in fields of a form: once for a document, with no callbacks, so that nothing in it runs. @param {number} document */
function formOf(document) {
  if (formOf.known) return formOf.known;
  const about = library.wasmExports.malloc(256);
  library.HEAPU8.fill(0, about, about + 256);
  library.HEAP32[about / 4] = 2;
  return (formOf.known = library._FPDFDOC_InitFormFillEnvironment(document, about));
}
formOf.known = 0;
