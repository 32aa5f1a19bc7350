import type { DateTime } from "luxon";
import { startOfCivilDay, type CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { StaffActor } from "../access/actor";
import { contentOf } from "./policy-version.repo.server";

/** Posts on the website what changes and when, with the whole text as it is then (CF-AUP 9). It stays, whatever becomes of the version. */
export async function postChange(tx: Tx, { versionId, contentHash, effectiveOn, by, now }: { versionId: string; contentHash: string; effectiveOn: CivilDay; by: StaffActor; now: DateTime }): Promise<void> {
  const content = await contentOf(tx, versionId);
  const { number, material, summary, summaryEs } = content;
  const { basedOnId } = await tx.policyVersion.findUniqueOrThrow({ where: { id: versionId }, select: { basedOnId: true } });
  await tx.policyPosting.create({
    data: { id: newId(), policyVersionId: versionId, number, postedAt: now.toJSDate(), postedById: by.id, effectiveOn: new Date(`${effectiveOn}T00:00:00Z`), material, summary, summaryEs, contentHash, basedOnId, content },
  });
}

/** Ends what stands posted about a version: it was called off, or another day is posted in its place. */
export async function endPosting(tx: Tx, versionId: string, ended: { how: "called_off" | "moved"; note: string; now: DateTime }): Promise<void> {
  await tx.policyPosting.updateMany({ where: { policyVersionId: versionId, endedAt: null }, data: { endedAt: ended.now.toJSDate(), endedHow: ended.how, endedNote: ended.note } });
}

/** Gives a scheduled version another effective day and posts it in the place of the earlier one. */
export async function moveEffectiveDay(tx: Tx, { versionId, contentHash, zone, effectiveOn, by, note, now }: { versionId: string; contentHash: string; zone: string; effectiveOn: CivilDay; by: StaffActor; note: string; now: DateTime }): Promise<void> {
  await tx.policyVersion.update({ where: { id: versionId }, data: { effectiveFrom: startOfCivilDay(effectiveOn, zone).toJSDate() }, select: { id: true } });
  await endPosting(tx, versionId, { how: "moved", note, now });
  await postChange(tx, { versionId, contentHash, effectiveOn, by, now });
}
