import type { Deps } from "~/infra/deps.server";
import { readWhole } from "~/infra/storage.server";
import { isPdf } from "~/infra/uploads/file-types";
import { may, type StaffActor } from "../access/actor";
import { pdfRedactionInWords, pdfRedactionSchema } from "./pdf-redaction";
import type { PictureRedaction } from "./picture-redaction";

export interface PdfPageOfReferral {
  reference: string;
  referralId: string;
  version: number;
  fileId: string;
  fileName: string;
  number: number;
  /** How many there are; null: it cannot be read. */
  of: number | null;
  /** How this page is covered; null: it is withheld. */
  redaction: PictureRedaction | null;
  /** Every page that goes along. */
  released: number[];
  done: string | null;
  sha256: string | null;
  /** The draft can be changed, and by the reader. */
  mayChange: boolean;
}

/** One page of a PDF of a referral and what its packet shows of it; null when there is none such. */
export async function pdfPageOfReferral(deps: Pick<Deps, "db" | "storage" | "pdf" | "log">, actor: StaffActor, { reference, fileId, number }: { reference: string; fileId: string; number: number }): Promise<PdfPageOfReferral | null> {
  const item = await deps.db.referralItem.findFirst({
    where: { evidenceFileId: fileId, referral: { reference } },
    select: { original: true, redaction: true, renditionSha256: true, file: { select: { fileName: true, mediaType: true, sha256: true, deletedAt: true } }, referral: { select: { id: true, version: true, state: true } } },
  });
  if (!item?.file || item.file.deletedAt || !isPdf(item.file.mediaType)) return null;
  const parsed = pdfRedactionSchema.safeParse(item.redaction);
  const made = parsed.success ? parsed.data : null;
  const of = made ? made.of : await countPages(deps, item.file.sha256);
  if (number < 1 || number > (of ?? 1)) return null;
  return {
    reference,
    referralId: item.referral.id,
    version: item.referral.version,
    fileId,
    fileName: item.file.fileName,
    number,
    of,
    redaction: made?.pages.find(({ page }) => page === number) ?? null,
    released: made ? made.pages.map(({ page }) => page) : [],
    done: made && pdfRedactionInWords(made),
    sha256: item.renditionSha256,
    mayChange: of !== null && item.referral.state === "draft" && !item.original && may(actor, "referral:draft"),
  };
}

async function countPages({ storage, pdf, log }: Pick<Deps, "storage" | "pdf" | "log">, sha256: string): Promise<number | null> {
  const original = await readWhole(storage, sha256).catch((error: unknown) => {
    log.error({ err: error }, "an evidence file cannot be read");
    return null;
  });
  const read = original && (await pdf.each(original, [], "read", () => undefined));
  return read?.ok ? read.pages : null;
}
