import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { readWhole } from "~/infra/storage.server";
import { transact } from "~/infra/transaction.server";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { PdfRedaction } from "./pdf-redaction";
import type { PictureRedaction } from "./picture-redaction";
import { lockReferral } from "./referral.repo.server";

export interface RenditionOf {
  referralId: string;
  fileId: string;
  /** The version of the draft that was looked at. */
  version: number;
}

export type SourceRefusal = "not_found" | "picture_not_chosen" | "evidence_unreadable";
export type KeepRefusal = "not_found" | "stale" | "illegal_move" | "picture_not_chosen" | "picture_is_original";

/** The original of a file that goes along with a referral, of a kind that something can be made of. */
export async function renditionSource(deps: Deps, { referralId, fileId }: RenditionOf, isKind: (mediaType: string) => boolean): Promise<Result<{ original: Buffer; sha256: string; redaction: unknown }, SourceRefusal>> {
  const file = await deps.db.evidenceFile.findUnique({ where: { id: fileId }, select: { sha256: true, mediaType: true, deletedAt: true, referred: { where: { referralId }, select: { redaction: true } } } });
  if (!file || file.deletedAt || !isKind(file.mediaType)) return refuse("not_found");
  const [item] = file.referred;
  if (!item) return refuse("picture_not_chosen");
  const original = await readWhole(deps.storage, file.sha256).catch((error: unknown) => {
    deps.log.error({ err: error, evidenceFileId: fileId }, "an evidence file cannot be read");
    return null;
  });
  return original ? { ok: true, original, sha256: file.sha256, redaction: item.redaction } : refuse("evidence_unreadable");
}

/**
 * Puts what was made of a file in the place of what was made before, or takes it away (`made` null). The choice is kept as data
 * beside its result, the making stands in the chain of custody, and whoever chose is one of the draft's authors.
 */
export async function keepRendition(
  deps: Deps,
  actor: StaffActor,
  { referralId, fileId, version: seen }: RenditionOf,
  { type, source, made, done }: { type: "referral.picture_redacted" | "referral.pdf_redacted"; source: string; made: { bytes: Buffer; redaction: PictureRedaction | PdfRedaction } | null; done: string },
): Promise<Result<{ version: number; sha256: string | null }, KeepRefusal>> {
  const stored = made && (await deps.storage.put(made.bytes));
  const sha256 = stored ? stored.sha256 : null;
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ version: number; sha256: string | null }, KeepRefusal>> => {
    const referral = await lockReferral(tx, referralId);
    if (!referral) return refuse("not_found");
    if (referral.state !== "draft") return refuse("illegal_move", { state: referral.state });
    if (referral.version !== seen) return refuse("stale", { version: referral.version });
    const item = referral.items.find(({ evidenceFileId }) => evidenceFileId === fileId);
    if (!item) return refuse("picture_not_chosen");
    if (item.original) return refuse("picture_is_original");
    const version = referral.version + 1;
    await tx.referralItem.update({ where: { id: item.id }, data: { redaction: made ? made.redaction : Prisma.DbNull, renditionSha256: sha256, renditionSize: stored ? stored.size : null } });
    await tx.referral.update({ where: { id: referral.id }, data: { version, editorIds: [...new Set([...referral.editorIds, actor.id])], updatedAt: at.toJSDate() } });
    if (sha256) await tx.evidenceCustody.create({ data: { id: newId(), evidenceFileId: fileId, at: at.toJSDate(), step: "rendition_made", actorKind: "staff", actorId: actor.id, sha256 } });
    const { platformId, accountId, caseId } = referral;
    await recordAudit(tx, actor, { type, at, platformId, accountId, caseId, referralId: referral.id, version, evidenceFileId: fileId, source, sha256, done });
    return { ok: true, version, sha256 };
  });
}
