import { addCivilDays, startOfCivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { WithheldReason } from "../intake/open-evidence.server";
import { originalsWithheld } from "./originals-withheld.server";
import { pdfRedactionSchema } from "./pdf-redaction";
import { lockReferral, type LockedReferral } from "./referral.repo.server";
import type { ReferralContentInput } from "./referral.schema";

export type SaveRefusal = "forbidden" | "not_found" | "stale" | "illegal_move" | "period_backwards" | "original_without_reason" | "evidence_not_in_case" | WithheldReason;

/** Changes a draft. Whoever does becomes one of its authors, who cannot approve it; its version grows. */
export async function saveReferral(
  deps: Deps,
  actor: StaffActor,
  input: ReferralContentInput & { referralId: string; version: number },
): Promise<Result<{ version: number }, SaveRefusal>> {
  if (!may(actor, "referral:draft")) return refuse("forbidden");
  if (input.periodFrom > input.periodTo) return refuse("period_backwards");
  const missing = input.originals.filter((id) => input.files.includes(id) && !input.reasons[id]);
  if (missing.length > 0) return refuse("original_without_reason", { files: missing });
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ version: number }, SaveRefusal>> => {
    const referral = await lockReferral(tx, input.referralId);
    if (!referral) return refuse("not_found");
    if (referral.state !== "draft") return refuse("illegal_move", { state: referral.state });
    if (referral.version !== input.version) return refuse("stale", { version: referral.version });
    if (!(await belongs(tx, referral, input))) return refuse("evidence_not_in_case");
    const withheld = await originalsWithheld(tx, deps, input.originals.filter((id) => input.files.includes(id)));
    if (withheld) return refuse(withheld);
    const { zone } = await tx.platform.findUniqueOrThrow({ where: { id: referral.platformId }, select: { zone: true } });
    const version = referral.version + 1;
    const sameNames = (referral.hiddenNamesSealed ? deps.crypto.open(referral.hiddenNamesSealed, "referral.hidden_names") : "") === input.hiddenNames;
    await tx.referral.update({
      where: { id: referral.id },
      data: {
        agency: input.agency,
        agencyReference: input.agencyReference,
        legalBasis: input.legalBasis,
        narrative: input.narrative,
        periodFrom: startOfCivilDay(input.periodFrom, zone).toJSDate(),
        periodTo: startOfCivilDay(addCivilDays(input.periodTo, 1), zone).toJSDate(),
        hiddenNamesSealed: input.hiddenNames ? deps.crypto.seal(input.hiddenNames, "referral.hidden_names") : null,
        editorIds: [...new Set([...referral.editorIds, actor.id])],
        version,
        updatedAt: at.toJSDate(),
      },
    });
    await tx.referralItem.deleteMany({ where: { referralId: referral.id } });
    await tx.referralItem.createMany({
      data: [
        ...[...new Set(input.reports)].map((reportId) => ({ id: newId(), referralId: referral.id, reportId })),
        ...[...new Set(input.files)].map((evidenceFileId) => ({
          id: newId(),
          referralId: referral.id,
          evidenceFileId,
          original: input.originals.includes(evidenceFileId),
          reason: input.originals.includes(evidenceFileId) ? input.reasons[evidenceFileId] : null,
          ...(!input.originals.includes(evidenceFileId) && renditionOf(referral, evidenceFileId, sameNames)),
        })),
      ],
    });
    const { platformId, accountId, caseId } = referral;
    await recordAudit(tx, actor, {
      type: "referral.changed", at, platformId, accountId, caseId, referralId: referral.id, version,
      reports: input.reports.length, files: input.files.length, originals: input.originals.filter((id) => input.files.includes(id)).map((id) => ({ file: id, reason: input.reasons[id] ?? "" })),
    });
    return { ok: true, version };
  });
}

/**
 * What was made of a picture stays while the picture goes along and not as an original; of a PDF also only while the same
 * names are to be hidden, because its pages were covered wherever these stood.
 */
function renditionOf({ items }: LockedReferral, fileId: string, sameNames: boolean) {
  const item = items.find(({ evidenceFileId }) => evidenceFileId === fileId);
  if (!sameNames && pdfRedactionSchema.safeParse(item?.redaction).success) return null;
  return item?.redaction && item.renditionSha256 ? { redaction: item.redaction, renditionSha256: item.renditionSha256, renditionSize: item.renditionSize } : null;
}

/** Only what stands about the same account goes along. */
async function belongs(tx: Tx, { accountId, caseId }: { accountId: string; caseId: string }, { reports, files }: Pick<ReferralContentInput, "reports" | "files">): Promise<boolean> {
  const known = await tx.report.count({ where: { id: { in: reports }, caseId } });
  const kept = await tx.evidenceFile.count({
    where: { id: { in: files }, deletedAt: null, OR: [{ report: { caseId } }, { reportMessage: { report: { caseId } } }, { appeal: { accountId, action: { caseId } } }] },
  });
  return known === new Set(reports).size && kept === new Set(files).size;
}
