import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { readWhole } from "~/infra/storage.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

export type OpenedRedacted = { bytes: Buffer; sha256: string };

/** Shows what a packet shows of a picture. Who looked stands in the chain of custody and in the audit trail, before a byte leaves. */
export async function openRedacted(deps: Deps, actor: StaffActor, { reference, fileId }: { reference: string; fileId: string }): Promise<Result<OpenedRedacted, "forbidden" | "not_found" | "evidence_deleted" | "evidence_unreadable">> {
  if (!may(actor, "referral:read")) return refuse("forbidden");
  const item = await deps.db.referralItem.findFirst({
    where: { evidenceFileId: fileId, referral: { reference } },
    select: { renditionSha256: true, file: { select: { deletedAt: true } }, referral: { select: { id: true, platformId: true, accountId: true, caseId: true } } },
  });
  if (!item?.renditionSha256) return refuse("not_found");
  if (item.file?.deletedAt) return refuse("evidence_deleted");
  const sha256 = item.renditionSha256;
  const bytes = await readWhole(deps.storage, sha256).catch((error: unknown) => {
    deps.log.error({ err: error, evidenceFileId: fileId }, "a rendition cannot be read");
    return null;
  });
  if (!bytes) return refuse("evidence_unreadable");
  const at = deps.clock();
  const { id: referralId, platformId, accountId, caseId } = item.referral;
  await deps.db.$transaction(async (tx) => {
    await tx.evidenceCustody.create({ data: { id: newId(), evidenceFileId: fileId, at: at.toJSDate(), step: "viewed", actorKind: "staff", actorId: actor.id, sha256 } });
    await recordAudit(tx, actor, { type: "evidence.viewed", at, platformId, accountId, caseId, referralId, evidenceFileId: fileId, sha256 });
  });
  return { ok: true, bytes, sha256 };
}
