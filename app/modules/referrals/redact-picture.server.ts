import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { readWhole } from "~/infra/storage.server";
import { transact } from "~/infra/transaction.server";
import { isImage } from "~/infra/uploads/file-types";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { redactionInWords, type PictureRedaction } from "./picture-redaction";
import { lockReferral } from "./referral.repo.server";
import { renderRedacted } from "./render-redacted.server";

export type RedactPictureRefusal = "forbidden" | "not_found" | "stale" | "illegal_move" | "picture_not_chosen" | "picture_is_original" | "evidence_unreadable" | "picture_unreadable";

/**
 * Makes what a packet shows of a picture: encoded anew, with parts covered as somebody chose. The choice is kept as data beside
 * its result, the making stands in the chain of custody, and whoever chose is one of the draft's authors.
 */
export async function redactPicture(
  deps: Deps,
  actor: StaffActor,
  input: { referralId: string; fileId: string; version: number; redaction: PictureRedaction },
): Promise<Result<{ version: number; sha256: string }, RedactPictureRefusal>> {
  if (!may(actor, "referral:draft")) return refuse("forbidden");
  const file = await deps.db.evidenceFile.findUnique({ where: { id: input.fileId }, select: { sha256: true, mediaType: true, deletedAt: true, referred: { where: { referralId: input.referralId }, select: { id: true } } } });
  if (!file || file.deletedAt || !isImage(file.mediaType)) return refuse("not_found");
  if (file.referred.length === 0) return refuse("picture_not_chosen");
  const original = await readWhole(deps.storage, file.sha256).catch((error: unknown) => {
    deps.log.error({ err: error, evidenceFileId: input.fileId }, "an evidence file cannot be read");
    return null;
  });
  if (!original) return refuse("evidence_unreadable");
  const rendered = await renderRedacted(original, input.redaction);
  if (!rendered) return refuse("picture_unreadable");
  const { sha256, size } = await deps.storage.put(rendered);
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ version: number; sha256: string }, RedactPictureRefusal>> => {
    const referral = await lockReferral(tx, input.referralId);
    if (!referral) return refuse("not_found");
    if (referral.state !== "draft") return refuse("illegal_move", { state: referral.state });
    if (referral.version !== input.version) return refuse("stale", { version: referral.version });
    const item = referral.items.find(({ evidenceFileId }) => evidenceFileId === input.fileId);
    if (!item) return refuse("picture_not_chosen");
    if (item.original) return refuse("picture_is_original");
    const version = referral.version + 1;
    await tx.referralItem.update({ where: { id: item.id }, data: { redaction: input.redaction, renditionSha256: sha256, renditionSize: size } });
    await tx.referral.update({ where: { id: referral.id }, data: { version, editorIds: [...new Set([...referral.editorIds, actor.id])], updatedAt: at.toJSDate() } });
    await tx.evidenceCustody.create({ data: { id: newId(), evidenceFileId: input.fileId, at: at.toJSDate(), step: "rendition_made", actorKind: "staff", actorId: actor.id, sha256 } });
    const { platformId, accountId, caseId } = referral;
    await recordAudit(tx, actor, { type: "referral.picture_redacted", at, platformId, accountId, caseId, referralId: referral.id, version, evidenceFileId: input.fileId, source: file.sha256, sha256, done: redactionInWords(input.redaction) });
    return { ok: true, version, sha256 };
  });
}
