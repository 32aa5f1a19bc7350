import type { DateTime } from "luxon";
import type { Db, Tx } from "~/infra/db.server";

/** A mailbox this process alone polls until the lease ends, and how far it was read. */
export interface ClaimedMailbox {
  id: string;
  key: string;
  uidValidity: bigint;
  lastUid: bigint;
}

const lease = { minutes: 5 };

/** Null: another polls it. */
export async function claimMailbox(db: Db, id: string, now: DateTime): Promise<ClaimedMailbox | null> {
  const [claimed] = await db.$queryRaw<ClaimedMailbox[]>`
    UPDATE imap_mailbox SET lease_until = ${now.plus(lease).toJSDate()}
     WHERE id = ${id}::uuid AND (lease_until IS NULL OR lease_until <= ${now.toJSDate()})
    RETURNING id::text AS id, key, uid_validity AS "uidValidity", last_uid AS "lastUid"`;
  return claimed ?? null;
}

/** Writes how far the mailbox is read now. One whose lease ran out may be behind another, and does not put it back. */
export async function moveOn(tx: Tx | Db, mailbox: ClaimedMailbox, uid: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE imap_mailbox SET uid_validity = ${mailbox.uidValidity}, last_uid = CASE WHEN uid_validity = ${mailbox.uidValidity} THEN greatest(last_uid, ${BigInt(uid)}) ELSE ${BigInt(uid)} END
     WHERE id = ${mailbox.id}::uuid`;
  mailbox.lastUid = BigInt(uid);
}

export async function leaveMailbox(db: Db, { id }: ClaimedMailbox, { at, fault }: { at: DateTime; fault: string | null }): Promise<void> {
  await db.imapMailbox.update({ where: { id }, data: { leaseUntil: null, polledAt: at.toJSDate(), fault }, select: { id: true } });
}
