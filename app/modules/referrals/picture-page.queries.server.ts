import type { Deps } from "~/infra/deps.server";
import { isImage } from "~/infra/uploads/file-types";
import { may, type StaffActor } from "../access/actor";
import { pictureRedactionSchema, type PictureRedaction } from "./picture-redaction";

export interface PicturePage {
  reference: string;
  referralId: string;
  version: number;
  fileId: string;
  fileName: string;
  /** How it is covered now; null while nothing was made of it. */
  redaction: PictureRedaction | null;
  sha256: string | null;
  /** The draft can be changed, and by the reader. */
  mayChange: boolean;
}

/** One picture of a referral and what its packet shows of it; null when it does not go along. */
export async function picturePage({ db }: Pick<Deps, "db">, actor: StaffActor, { reference, fileId }: { reference: string; fileId: string }): Promise<PicturePage | null> {
  const item = await db.referralItem.findFirst({
    where: { evidenceFileId: fileId, referral: { reference } },
    select: { original: true, redaction: true, renditionSha256: true, file: { select: { fileName: true, mediaType: true, deletedAt: true } }, referral: { select: { id: true, version: true, state: true } } },
  });
  if (!item?.file || item.file.deletedAt || !isImage(item.file.mediaType)) return null;
  const redaction = pictureRedactionSchema.safeParse(item.redaction);
  return {
    reference,
    fileId,
    referralId: item.referral.id,
    version: item.referral.version,
    fileName: item.file.fileName,
    redaction: redaction.success ? redaction.data : null,
    sha256: item.renditionSha256,
    mayChange: item.referral.state === "draft" && !item.original && may(actor, "referral:draft"),
  };
}
