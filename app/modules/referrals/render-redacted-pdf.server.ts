import type { Deps } from "~/infra/deps.server";
import type { PdfPage } from "~/infra/pdf/pdf-pages.server";
import { picturePages, type PictureSheet } from "~/infra/pdf/picture-pages.server";
import { refuse, type Result } from "~/infra/result";
import { openSharp } from "~/infra/uploads/open-sharp.server";
import { foundRegions, sheetsOf, withheldNote, type PdfPageRedaction } from "./pdf-redaction";
import type { Redactor } from "./redact";
import { covered, type Raw } from "./render-redacted.server";

export const pdfRenditionType = "application/pdf";

export type RenderPdfRefusal = "pdf_unreadable" | "pdf_too_heavy" | "pdf_page_missing";

/**
 * A PDF of pictures of the named pages, with parts covered as chosen and wherever the text of a page names somebody; in
 * the place of every other page a note says that it is withheld.
 *
 * @param redactorFor what hides people, knowing the texts of these pages
 */
export async function renderRedactedPdf(
  { pdf, clock }: Pick<Deps, "pdf" | "clock">,
  original: Uint8Array,
  pages: readonly PdfPageRedaction[],
  redactorFor: (texts: readonly string[]) => Promise<Redactor>,
): Promise<Result<{ bytes: Buffer; of: number; found: number }, RenderPdfRefusal>> {
  const numbers = pages.map(({ page }) => page).sort((a, b) => a - b);
  const texts: string[] = [];
  const read = await pdf.each(original, numbers, "read", ({ text }) => void texts.push(text));
  if (!read.ok) return refuse(refusals[read.reason]);
  if (texts.length !== numbers.length) return refuse("pdf_page_missing", { pages: read.pages });
  const redactor = await redactorFor(texts);
  const drawn = new Map<number, PictureSheet>();
  let found = 0;
  const done = await pdf.each(original, numbers, "draw", async (page) => {
    const spans = redactor.find(page.text);
    const chosen = pages.find((one) => one.page === page.number)!;
    found += spans.length;
    const jpeg = await covered(rawOf(page), { whole: chosen.whole, regions: [...chosen.regions, ...foundRegions(spans, page.boxes)] });
    drawn.set(page.number, { jpeg, width: page.width, height: page.height });
  });
  if (!done.ok) return refuse(refusals[done.reason]);
  const sheets = sheetsOf(pages, done.pages).map((sheet) => ("page" in sheet ? drawn.get(sheet.page)! : { note: withheldNote(sheet, done.pages) }));
  return { ok: true, bytes: await picturePages("Redacted evidence", clock().toJSDate(), sheets), of: done.pages, found };
}

const refusals = { unreadable: "pdf_unreadable", too_long: "pdf_too_heavy" } as const;

const rawOf = ({ pixels, width, height }: PdfPage): Raw => ({ data: Buffer.from(pixels!.buffer, pixels!.byteOffset, pixels!.byteLength), info: { width, height, channels: 4 } });

/** One sheet of a rendition as a picture, to be looked at; null when there is no such sheet. */
export async function pictureOfSheet({ pdf }: Pick<Deps, "pdf">, rendition: Uint8Array, sheet: number): Promise<Buffer | null> {
  let picture: Buffer | null = null;
  const sharp = await openSharp();
  await pdf.each(rendition, [sheet], "draw", async (page) => {
    const { data, info } = rawOf(page);
    picture = await sharp(data, { raw: info }).jpeg({ quality: 90 }).toBuffer();
  });
  return picture;
}
