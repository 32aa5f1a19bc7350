import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { WithheldReason } from "../intake/open-evidence.server";
import { assembleRedacted, contentHash } from "./assemble-packet.queries.server";
import { readCustody } from "./custody.queries.server";
import { originalsWithheld, textsUnscanned } from "./originals-withheld.server";
import { type Snapshot, snapshotSchema, storedFiles } from "./packet-content";
import { lockReferral } from "./referral.repo.server";
import { mayApprove, referralMachine } from "./referral-state";
import { namesOfStaff } from "./staff-names.queries.server";

export type ApproveReferralRefusal = "forbidden" | "not_found" | "illegal_move" | "own_referral" | "stale" | "action_ended" | WithheldReason;

/**
 * The second person's yes: what they read is frozen, word for word, and the packet is made of that. Refused to everybody
 * who wrote on it (the database refuses them too), and when the packet would say something else than what they read.
 */
export async function approveReferral(
  deps: Deps,
  actor: StaffActor,
  { referralId, seen }: { referralId: string; seen: string },
): Promise<Result<{ reference: string; packetId: string }, ApproveReferralRefusal>> {
  if (!may(actor, "referral:approve")) return refuse("forbidden");
  const assembled = await assembleRedacted(deps, referralId);
  if (!assembled) return refuse("not_found");
  const { content, redactor } = assembled;
  if (contentHash(content) !== seen) return refuse("stale");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string; packetId: string }, ApproveReferralRefusal>> => {
    const referral = await lockReferral(tx, referralId);
    if (!referral) return refuse("not_found");
    const moved = referralMachine.after(referral.state, "approve");
    if (!moved.ok) return moved;
    if (!mayApprove(actor.id, referral)) return refuse("own_referral");
    if (referral.version !== content.version) return refuse("stale");
    const action = await tx.action.findUniqueOrThrow({ where: { id: referral.actionId }, select: { state: true } });
    if (action.state !== "active") return refuse("action_ended");
    const withheld = await originalsWithheld(tx, deps, referral.items.flatMap((item) => (item.original && item.evidenceFileId ? [item.evidenceFileId] : [])));
    if (withheld) return refuse(withheld);
    if (await textsUnscanned(tx, deps, referral.items.flatMap((item) => item.evidenceFileId ?? []))) return refuse("evidence_not_scanned");
    const { platformId, accountId, caseId, reference, version } = referral;
    const custody = await readCustody(tx, { accountId, caseId, files: content.evidence, redactor });
    const names = await namesOfStaff(tx, [referral.drafterId]);
    const snapshot: Snapshot = snapshotSchema.parse({ content, custody, signOff: { draftedBy: names.get(referral.drafterId) ?? "", approvedBy: actor.name, approvedAt: at.toISO() } });
    const stored = await deps.storage.put(Buffer.from(JSON.stringify(snapshot)));
    const along = storedFiles(content);
    const packetId = newId();
    await tx.referral.update({ where: { id: referralId }, data: { state: moved.state, approverId: actor.id, approvedAt: at.toJSDate(), updatedAt: at.toJSDate() } });
    await tx.referralPacket.create({
      data: { id: packetId, referralId, referralVersion: version, snapshotSha256: stored.sha256, filesTotal: along.length, bytesTotal: along.reduce((sum, { size }) => sum + size, 0), createdAt: at.toJSDate() },
    });
    await recordAudit(tx, actor, { type: "referral.approved", at, platformId, accountId, caseId, referralId, version, seen });
    await stageOutbox(tx, { topic: "packet.build", payload: { packetId }, at });
    return { ok: true, reference, packetId };
  });
}
