import type { DateTime } from "luxon";
import type { Prisma} from "~/infra/db.server";
import { type Tx } from "~/infra/db.server";
import type { NoticeState } from "./notice";
import type { SendingPlatform } from "./render-notice.server";

const senderColumns = { name: true, legalName: true, postalAddress: true, abuseEmail: true, appealsEmail: true, zone: true } as const;

/** A platform that writes, with the revision of its own words. */
export type Sender = SendingPlatform & { id: string; templatesRevision: number };

export const loadSender = (tx: Tx, platformId: string): Promise<Sender> =>
  tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { ...senderColumns, id: true, templatesRevision: true } });

/** Inserts the notice, or finds the one with the same dedupe key. */
export async function insertNotice(tx: Tx, data: Prisma.NoticeCreateManyInput): Promise<{ id: string; isNew: boolean }> {
  const { count } = await tx.notice.createMany({ data, skipDuplicates: true });
  if (count === 1) return { id: data.id, isNew: true };
  const { id } = await tx.notice.findUniqueOrThrow({ where: { dedupeKey: data.dedupeKey }, select: { id: true } });
  return { id, isNew: false };
}

const lockedColumns = {
  id: true,
  kind: true,
  state: true,
  platformId: true,
  accountId: true,
  caseId: true,
  decisionId: true,
  actionId: true,
  attempts: true,
  leaseUntil: true,
} as const;

export type LockedNotice = Prisma.NoticeGetPayload<{ select: typeof lockedColumns }>;

/** Locks the row for the rest of the transaction; null when there is none. */
export async function lockNotice(tx: Tx, noticeId: string): Promise<LockedNotice | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM notice WHERE id = ${noticeId}::uuid FOR UPDATE`;
  return locked.length === 0 ? null : tx.notice.findUniqueOrThrow({ where: { id: noticeId }, select: lockedColumns });
}

export interface NoticeChange {
  state?: NoticeState;
  attempts?: number;
  leaseUntil?: Date | null;
  smtpReply?: string | null;
  lastError?: string | null;
  handedOverAt?: Date;
  settledAt?: Date | null;
}

export const saveNotice = (tx: Tx, noticeId: string, change: NoticeChange): Promise<unknown> =>
  tx.notice.update({ where: { id: noticeId }, data: change, select: { id: true } });

/** The frozen mail of a notice, still sealed, and who sends it. */
export const loadMail = (tx: Tx, noticeId: string) =>
  tx.notice.findUniqueOrThrow({
    where: { id: noticeId },
    select: {
      kind: true,
      messageId: true,
      createdAt: true,
      addressSealed: true,
      language: true,
      subject: true,
      textSealed: true,
      htmlSealed: true,
      platform: { select: senderColumns },
    },
  });

/** Locks notices that were due before `dueBefore` and skips those somebody is busy with. */
export const lockOverdue = (tx: Tx, dueBefore: DateTime, limit: number): Promise<{ id: string }[]> => tx.$queryRaw`
  SELECT id FROM notice
   WHERE state = 'queued' AND coalesce(lease_until, created_at) < ${dueBefore.toJSDate()}
   ORDER BY created_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

export const makeDue = (tx: Tx, ids: readonly string[], at: DateTime): Promise<unknown> =>
  tx.notice.updateMany({ where: { id: { in: [...ids] } }, data: { leaseUntil: at.toJSDate() } });
