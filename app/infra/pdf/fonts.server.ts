import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { inflateSync } from "node:zlib";

/**
 * The fonts of every document, in the order in which a sign is looked for: Latin, Greek, Cyrillic, Hebrew, Arabic and
 * symbols in the first, then Chinese and Japanese, Korean, Devanagari, Thai. All come with npm packages under free
 * licences; only the signs a document uses are put into it.
 */
const files = {
  regular: [
    "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    "@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff",
    "@fontsource/noto-sans-kr/files/noto-sans-kr-korean-400-normal.woff",
    "@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff",
    "@fontsource/noto-sans-thai/files/noto-sans-thai-thai-400-normal.woff",
  ],
  bold: [
    "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    "@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-700-normal.woff",
    "@fontsource/noto-sans-kr/files/noto-sans-kr-korean-700-normal.woff",
    "@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-700-normal.woff",
    "@fontsource/noto-sans-thai/files/noto-sans-thai-thai-700-normal.woff",
  ],
} as const;

export type Weight = keyof typeof files;
export const fontsPerWeight = files.regular.length;

const resolve = createRequire(import.meta.url).resolve;
const read = new Map<string, Buffer>();

export function fontFile(weight: Weight, index: number): Buffer {
  const file = files[weight][index];
  if (!file) throw new RangeError(`There is no font ${index}.`);
  const known = read.get(file);
  if (known) return known;
  const bytes = readFileSync(resolve(file));
  const font = file.endsWith(".woff") ? unpacked(bytes) : bytes;
  read.set(file, font);
  return font;
}

/**
 * A WOFF 1.0 file as the plain font it packs (W3C Recommendation, sections 4 to 6). The PDF writer reads packed
 * fonts too, but unpacks a table each time it looks at a sign: seconds for a page of Chinese.
 */
function unpacked(woff: Buffer): Buffer {
  const count = woff.readUInt16BE(12);
  const tables = Array.from({ length: count }, (_, index) => {
    const entry = 44 + index * 20;
    const [offset, packed, length] = [woff.readUInt32BE(entry + 4), woff.readUInt32BE(entry + 8), woff.readUInt32BE(entry + 12)];
    const stored = woff.subarray(offset, offset + packed);
    return { tag: woff.subarray(entry, entry + 4), checksum: woff.readUInt32BE(entry + 16), data: packed < length ? inflateSync(stored) : stored };
  });
  const power = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + count * 16);
  woff.copy(header, 0, 4, 8);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(power * 16, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE((count - power) * 16, 10);
  let offset = header.length;
  const bodies = tables.map(({ tag, checksum, data }, index) => {
    const entry = 12 + index * 16;
    tag.copy(header, entry);
    header.writeUInt32BE(checksum, entry + 4);
    header.writeUInt32BE(offset, entry + 8);
    header.writeUInt32BE(data.length, entry + 12);
    const body = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    offset += body.length;
    return body;
  });
  return Buffer.concat([header, ...bodies]);
}
