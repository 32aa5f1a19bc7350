import { z } from "zod";
import { pictureRedactionSchema, type Region } from "./picture-redaction";

/** Pages of a PDF at most that go along; the rest is withheld. */
export const mostPdfPages = 40;

/** More places on one page than this, and the page is covered as a whole. */
export const mostFinds = 400;

const pageSchema = pictureRedactionSchema.extend({ page: z.number().int().min(1) });
export type PdfPageRedaction = z.infer<typeof pageSchema>;

/**
 * How a PDF is redacted for a packet. Only pages that somebody chose go along, each drawn anew as a picture: what a text layer,
 * a comment or an earlier version says beneath is gone with it. `of` how many there are, and in `found` places the text itself named
 * somebody who is not the subject, which were covered without being asked.
 */
export const pdfRedactionSchema = z.object({ pages: z.array(pageSchema).min(1).max(mostPdfPages), of: z.number().int().min(1), found: z.number().int().min(0) });
export type PdfRedaction = z.infer<typeof pdfRedactionSchema>;

/** The number of a page as an address names it; null for anything else. */
export const pageNumber = (said: string): number | null => (/^[1-9]\d{0,6}$/.test(said) ? Number(said) : null);

/** A sheet of what goes along: a page, or the note in the place of pages that do not. */
export type Sheet = { page: number } | { from: number; to: number };

/** The sheets of what goes along, in the order of the pages. */
export function sheetsOf(pages: readonly { page: number }[], of: number): Sheet[] {
  const sheets: Sheet[] = [];
  let next = 1;
  for (const { page } of [...pages].sort((a, b) => a.page - b.page)) {
    if (page > next) sheets.push({ from: next, to: page - 1 });
    sheets.push({ page });
    next = page + 1;
  }
  if (next <= of) sheets.push({ from: next, to: of });
  return sheets;
}

const run = ({ from, to }: { from: number; to: number }): string => (from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`);
const named = (runs: readonly string[], one: boolean): string => `${one ? "page" : "pages"} ${runs.join(", ")}`;

/** What stands on the sheet in the place of pages that are withheld. */
export const withheldNote = ({ from, to }: { from: number; to: number }, of: number): string =>
  from === to ? `Page ${from} of ${of} is withheld.` : `Pages ${from} to ${to} of ${of} are withheld.`;

/** What was done to a PDF, for whoever reads the packet. */
export function pdfRedactionInWords({ pages, of, found }: PdfRedaction): string {
  const kept = [...pages].sort((a, b) => a.page - b.page).reduce<{ from: number; to: number }[]>((runs, { page }) => {
    const last = runs.at(-1);
    if (last && last.to + 1 === page) last.to = page;
    else runs.push({ from: page, to: page });
    return runs;
  }, []);
  const withheld = sheetsOf(pages, of).flatMap((sheet) => ("from" in sheet ? [sheet] : []));
  const count = (how: Region["how"]) => pages.reduce((sum, { regions }) => sum + regions.filter((region) => region.how === how).length, 0);
  const parts = (number: number, one: string, many: string) => (number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]);
  const blurred = pages.filter(({ whole }) => whole === "blur").map(({ page }) => String(page));
  const done = [
    ...(blurred.length > 0 ? [`${named(blurred, blurred.length === 1)} blurred as a whole`] : []),
    ...parts(count("blackout"), "part blacked out", "parts blacked out"),
    ...parts(count("blur"), "part blurred", "parts blurred"),
    ...parts(found, "place covered because its text names somebody", "places covered because their text names somebody"),
  ];
  const drawn = `${named(kept.map(run), pages.length === 1).replace(/^p/, "P")} of ${of} drawn anew, ${done.length > 0 ? done.join(", ") : "nothing covered"}`;
  if (withheld.length === 0) return drawn;
  return `${drawn}; ${named(withheld.map(run), withheld.length === 1 && withheld[0]!.from === withheld[0]!.to)} withheld`;
}

interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The parts of a page where its text names somebody, line by line, a little larger than the letters.
 *
 * @param boxes of each UTF-16 unit left, top, right and bottom, as parts of the page's width and height
 */
export function foundRegions(spans: readonly { start: number; end: number }[], boxes: ArrayLike<number>): Region[] {
  const lines = spans.flatMap(({ start, end }) => linesOf(start, end, boxes));
  if (lines.length > mostFinds) return [{ left: 0, top: 0, width: 100, height: 100, how: "blackout" }];
  return lines.flatMap(({ left, top, right, bottom }) => {
    const [above, beside] = [(bottom - top) * 0.15, 0.003];
    const edges = { left: within(left - beside), top: within(top - above), right: within(right + beside), bottom: within(bottom + above) };
    const [width, height] = [edges.right - edges.left, edges.bottom - edges.top];
    return width > 0 && height > 0 ? [{ left: edges.left * 100, top: edges.top * 100, width: width * 100, height: height * 100, how: "blackout" as const }] : [];
  });
}

const within = (part: number): number => Math.min(1, Math.max(0, part));

function linesOf(start: number, end: number, boxes: ArrayLike<number>): Edges[] {
  const lines: Edges[] = [];
  for (let unit = start; unit < end; unit += 1) {
    const [left, top, right, bottom] = [boxes[unit * 4], boxes[unit * 4 + 1], boxes[unit * 4 + 2], boxes[unit * 4 + 3]] as [number, number, number, number];
    // Spaces and ends of lines that no letter draws.
    if (!(right > left && bottom > top)) continue;
    const last = lines.at(-1);
    const shared = last ? Math.min(last.bottom, bottom) - Math.max(last.top, top) : 0;
    if (last && shared > 0.5 * Math.min(last.bottom - last.top, bottom - top)) {
      Object.assign(last, { left: Math.min(last.left, left), top: Math.min(last.top, top), right: Math.max(last.right, right), bottom: Math.max(last.bottom, bottom) });
    } else lines.push({ left, top, right, bottom });
  }
  return lines;
}
