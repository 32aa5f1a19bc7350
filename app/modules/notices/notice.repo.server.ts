import type { DateTime } from "luxon";
import type { EmailTemplate } from "#emails/index";
import type { Prisma, Tx } from "~/infra/db.server";
import type { NoticeState, NoticeSubject } from "./notice";
import type { SendingPlatform } from "./render-notice.server";
import { isPaused } from "./sending/is-paused.server";

const senderColumns = { name: true, legalName: true, postalAddress: true, abuseEmail: true, appealsEmail: true, zone: true } as const;

/** A platform that writes, with the revision of its own words. */
export type Sender = SendingPlatform & { id: string; templatesRevision: number };

export async function loadSenders(tx: Tx, platformIds: readonly string[]): Promise<Map<string, Sender>> {
  const wanted = [...new Set(platformIds)];
  if (wanted.length === 0) return new Map();
  const senders = await tx.platform.findMany({ where: { id: { in: wanted } }, select: { ...senderColumns, id: true, templatesRevision: true } });
  if (senders.length < wanted.length) throw new Error("a notice was staged for a platform that does not exist");
  return new Map(senders.map((sender) => [sender.id, sender]));
}

export interface NewNotice extends NoticeSubject {
  id: string;
  platformId: string | null;
  kind: EmailTemplate;
  addressSealed: string;
  addressHash: string;
  language: string;
  subject: string;
  textSealed: string;
  htmlSealed: string;
  messageId: string;
  dedupeKey: string;
  templateId: string | null;
  templateFault: string | null;
  createdAt: Date;
}

/**
 * Inserts the notices whose dedupe key is new, in the order of their keys: two that stage the same occasions wait for
 * one another instead of each holding what the other wants.
 *
 * @returns the notice that stands under each key: the one brought, or an earlier one
 */
export async function insertNotices(tx: Tx, notices: readonly NewNotice[]): Promise<Map<string, string>> {
  const inserted = await tx.$queryRaw<Keyed[]>`
    INSERT INTO notice (id, platform_id, kind, account_id, report_id, case_id, decision_id, action_id, appeal_id, reporter_measure_id,
                        address_sealed, address_hash, language, subject, text_sealed, html_sealed, message_id, dedupe_key,
                        template_id, template_fault, created_at)
    SELECT id, "platformId", kind, "accountId", "reportId", "caseId", "decisionId", "actionId", "appealId", "reporterMeasureId",
           "addressSealed", "addressHash", language, subject, "textSealed", "htmlSealed", "messageId", "dedupeKey",
           "templateId", "templateFault", "createdAt"
      FROM jsonb_to_recordset(${JSON.stringify(notices)}::jsonb)
        AS brought (id uuid, "platformId" uuid, kind notice_kind, "accountId" uuid, "reportId" uuid, "caseId" uuid, "decisionId" uuid,
                    "actionId" uuid, "appealId" uuid, "reporterMeasureId" uuid, "addressSealed" text, "addressHash" text, language text,
                    subject text, "textSealed" text, "htmlSealed" text, "messageId" text, "dedupeKey" text, "templateId" uuid,
                    "templateFault" text, "createdAt" timestamptz)
     ORDER BY "dedupeKey", id
        ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING id, dedupe_key AS "dedupeKey"`;
  const standing = new Map(inserted.map(({ id, dedupeKey }) => [dedupeKey, id]));
  const earlier = notices.map(({ dedupeKey }) => dedupeKey).filter((key) => !standing.has(key));
  if (earlier.length === 0) return standing;
  const found: Keyed[] = await tx.notice.findMany({ where: { dedupeKey: { in: earlier } }, select: { id: true, dedupeKey: true } });
  for (const { id, dedupeKey } of found) standing.set(dedupeKey, id);
  if (notices.some(({ dedupeKey }) => !standing.has(dedupeKey))) throw new Error("a notice was staged before and is gone");
  return standing;
}

type Keyed = { id: string; dedupeKey: string };

const lockedColumns = {
  id: true,
  kind: true,
  state: true,
  platformId: true,
  addressHash: true,
  accountId: true,
  caseId: true,
  decisionId: true,
  actionId: true,
  attempts: true,
  leaseUntil: true,
  turnAt: true,
  lastError: true,
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
  turnAt?: Date | null;
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
      id: true,
      kind: true,
      reportId: true,
      decisionId: true,
      actionId: true,
      appealId: true,
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

/** Locks notices that were due before `dueBefore` and are not paused, and skips those somebody is busy with. */
export const lockOverdue = (tx: Tx, dueBefore: DateTime, limit: number): Promise<{ id: string }[]> => tx.$queryRaw`
  SELECT n.id FROM notice n
   WHERE n.state = 'queued' AND coalesce(n.lease_until, n.created_at) < ${dueBefore.toJSDate()} AND NOT (${isPaused})
   ORDER BY n.created_at, n.id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

export const makeDue = (tx: Tx, ids: readonly string[], at: DateTime): Promise<unknown> =>
  tx.notice.updateMany({ where: { id: { in: [...ids] } }, data: { leaseUntil: at.toJSDate() } });
