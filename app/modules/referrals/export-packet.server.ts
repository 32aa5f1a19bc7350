import type { Readable } from "node:stream";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isRendition, snapshotSchema } from "./packet-content";
import { readWhole } from "~/infra/storage.server";

export type ExportRefusal = "forbidden" | "not_found" | "packet_not_ready" | "reason_missing";

/**
 * Hands a packet out. Who took it, when and why is written down before the first byte leaves, also into the chain of
 * custody of every original and every rendition in it.
 */
export async function exportPacket(deps: Deps, actor: StaffActor, { packetId, reason }: { packetId: string; reason: string }): Promise<Result<{ open: () => Readable; size: number; sha256: string; fileName: string }, ExportRefusal>> {
  if (!may(actor, "referral:export")) return refuse("forbidden");
  if (reason.trim() === "") return refuse("reason_missing");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ open: () => Readable; size: number; sha256: string; fileName: string }, ExportRefusal>> => {
    const packet = await tx.referralPacket.findUnique({ where: { id: packetId }, include: { referral: true } });
    if (!packet) return refuse("not_found");
    const { sha256, size, snapshotSha256, referral } = packet;
    if (packet.state !== "ready" || !sha256 || size === null || !snapshotSha256) return refuse("packet_not_ready", { state: packet.state });
    const { content } = snapshotSchema.parse(JSON.parse((await readWhole(deps.storage, snapshotSha256)).toString("utf8")));
    await tx.referralExport.createMany({ data: { id: newId(), packetId, at: at.toJSDate(), staffId: actor.id, reason, sha256 } });
    await tx.evidenceCustody.createMany({
      data: content.evidence.flatMap(({ id, given, sha256: original, rendition }) => {
        const out = given === "original" ? original : isRendition(given) ? rendition?.sha256 : undefined;
        return out ? [{ id: newId(), evidenceFileId: id, at: at.toJSDate(), step: "exported" as const, actorKind: "staff", actorId: actor.id, sha256: out }] : [];
      }),
    });
    const { platformId, accountId, caseId } = referral;
    await recordAudit(tx, actor, { type: "packet.exported", at, platformId, accountId, caseId, referralId: referral.id, packetId, sha256, reason });
    return { ok: true, open: () => deps.storage.read(sha256), size: Number(size), sha256, fileName: `${referral.reference}-v${packet.referralVersion}.zip` };
  });
}
