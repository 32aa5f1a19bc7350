import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

const lostAfterMinutes = 10;

/** Packets whose job went missing with the queue's storage are staged again. */
export async function requeueLostPackets(deps: Deps): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM referral_packet
       WHERE state IN ('queued', 'building') AND coalesce(lease_until, created_at) < ${at.minus({ minutes: lostAfterMinutes }).toJSDate()}
       ORDER BY created_at, id LIMIT 100 FOR UPDATE SKIP LOCKED`;
    for (const { id } of rows) {
      await tx.referralPacket.update({ where: { id }, data: { leaseUntil: at.toJSDate() } });
      await stageOutbox(tx, { topic: "packet.build", payload: { packetId: id }, at });
    }
    return rows.length;
  });
}

/** A packet that could not be made is tried again. */
export async function retryPacket(deps: Deps, actor: StaffActor, { packetId }: { packetId: string }): Promise<Result<object, "forbidden" | "not_found" | "illegal_move">> {
  if (!may(actor, "referral:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, "forbidden" | "not_found" | "illegal_move">> => {
    const packet = await tx.referralPacket.findUnique({ where: { id: packetId }, include: { referral: true } });
    if (!packet) return refuse("not_found");
    const taken = await tx.referralPacket.updateMany({ where: { id: packetId, state: "failed" }, data: { state: "queued", failure: null, leaseUntil: null } });
    if (taken.count === 0) return refuse("illegal_move");
    const { platformId, accountId, caseId } = packet.referral;
    await recordAudit(tx, actor, { type: "packet.retried", at, platformId, accountId, caseId, packetId });
    await stageOutbox(tx, { topic: "packet.build", payload: { packetId }, at });
    return { ok: true };
  });
}
