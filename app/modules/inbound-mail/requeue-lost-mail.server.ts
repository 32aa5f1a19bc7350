import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";

const patience = { minutes: 15 };

/** Stages mails again that should have been settled long ago: their job was lost with the queue's storage, or used up its tries. */
export async function requeueLostMail(deps: Deps, limit = 500): Promise<number> {
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const lost = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM received_mail
       WHERE state = 'received' AND received_at < ${now.minus(patience).toJSDate()} AND coalesce(lease_until, received_at) < ${now.toJSDate()}
       ORDER BY received_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    if (lost.length === 0) return 0;
    await tx.receivedMail.updateMany({ where: { id: { in: lost.map(({ id }) => id) } }, data: { leaseUntil: now.plus(patience).toJSDate() } });
    for (const { id } of lost) await stageOutbox(tx, { topic: "mail.received", payload: { mailId: id }, at: now });
    return lost.length;
  });
}
