import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { isPdf } from "~/infra/uploads/file-types";
import { may, type StaffActor } from "../access/actor";
import { keepRendition, renditionSource, type KeepRefusal, type RenditionOf, type SourceRefusal } from "./keep-rendition.server";
import { mostPdfPages, pdfRedactionInWords, pdfRedactionSchema } from "./pdf-redaction";
import type { PictureRedaction } from "./picture-redaction";
import { referralRedactor } from "./referral-redactor.queries.server";
import { renderRedactedPdf, type RenderPdfRefusal } from "./render-redacted-pdf.server";

export type RedactPdfRefusal = "forbidden" | SourceRefusal | KeepRefusal | RenderPdfRefusal | "pdf_too_many_pages";

/**
 * Lets one page of a PDF go along, covered as somebody chose, or withholds it (`redaction` null). All that goes along is
 * drawn anew, so that every page is covered by whom the records know now.
 */
export async function redactPdfPage(deps: Deps, actor: StaffActor, input: RenditionOf & { page: number; redaction: PictureRedaction | null }): Promise<Result<{ version: number; sha256: string | null }, RedactPdfRefusal>> {
  if (!may(actor, "referral:draft")) return refuse("forbidden");
  const source = await renditionSource(deps, input, isPdf);
  if (!source.ok) return source;
  const before = pdfRedactionSchema.safeParse(source.redaction);
  const others = before.success ? before.data.pages.filter(({ page }) => page !== input.page) : [];
  const pages = input.redaction ? [...others, { page: input.page, ...input.redaction }] : others;
  const keep = { type: "referral.pdf_redacted", source: source.sha256 } as const;
  if (pages.length === 0) return keepRendition(deps, actor, input, { ...keep, made: null, done: "Every page withheld" });
  if (pages.length > mostPdfPages) return refuse("pdf_too_many_pages");
  const referral = await deps.db.referral.findUnique({ where: { id: input.referralId }, include: { account: { select: { businessName: true, externalId: true } } } });
  if (!referral) return refuse("not_found");
  const made = await renderRedactedPdf(deps, source.original, pages, async (texts) => (await referralRedactor(deps, referral, texts)).redactor);
  if (!made.ok) return made;
  const redaction = pdfRedactionSchema.parse({ pages: pages.sort((a, b) => a.page - b.page), of: made.of, found: made.found });
  return keepRendition(deps, actor, input, { ...keep, made: { bytes: made.bytes, redaction }, done: pdfRedactionInWords(redaction) });
}
