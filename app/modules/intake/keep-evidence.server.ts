import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import type { Actor } from "../access/actor";
import { auditActorId } from "../audit/audit-event";
import { recordAudit } from "../audit/record-audit.server";

/** Whose evidence it is: a report's (perhaps added with a message) or an appeal's. */
export type EvidenceOrigin = { reportId: string; reportMessageId?: string } | { appealId: string };

/**
 * Names stored files as evidence, with their chain of custody from the first step and the audit entry, in the caller's
 * transaction. A file whose bytes stand there already for the same report or appeal is not kept twice.
 *
 * @returns how many were new
 */
export async function keepEvidence(tx: Tx, actor: Actor, origin: EvidenceOrigin, files: readonly StoredEvidence[], at: DateTime): Promise<number> {
  const scope = "reportId" in origin ? { reportId: origin.reportId } : origin;
  const standing = await tx.evidenceFile.findMany({ where: { ...scope, sha256: { in: files.map((file) => file.sha256) } }, select: { sha256: true } });
  const seen = new Set(standing.map((file) => file.sha256));
  let kept = 0;
  for (const file of files) {
    if (seen.has(file.sha256)) continue;
    seen.add(file.sha256);
    kept += 1;
    await keepOne(tx, actor, origin, file, at);
  }
  return kept;
}

async function keepOne(tx: Tx, actor: Actor, origin: EvidenceOrigin, file: StoredEvidence, at: DateTime): Promise<void> {
  const id = newId();
  const uploadedAt = at.toJSDate();
  await tx.evidenceFile.createMany({
    data: {
      ...origin,
      id,
      sha256: file.sha256,
      size: file.size,
      mediaType: file.mediaType,
      fileName: file.fileName,
      renditionSha256: file.rendition?.sha256 ?? null,
      renditionType: file.rendition?.mediaType ?? null,
      uploadedAt,
    },
  });
  const step = { evidenceFileId: id, at: uploadedAt, actorKind: actor.kind, actorId: auditActorId(actor) };
  await tx.evidenceCustody.createMany({
    data: [
      { ...step, id: newId(), step: "received", sha256: file.sha256 },
      ...(file.rendition ? [{ ...step, id: newId(), step: "rendition_made" as const, sha256: file.rendition.sha256 }] : []),
    ],
  });
  await recordAudit(tx, actor, { type: "evidence.received", at, ...origin, evidenceFileId: id, sha256: file.sha256, size: file.size, mediaType: file.mediaType });
}
