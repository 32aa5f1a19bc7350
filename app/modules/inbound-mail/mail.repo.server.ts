import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { authenticationSchema, unauthenticated, type MailAuthentication } from "./authentication";
import type { Reading } from "./reading";
import type { MailFault, MailKind, MailLeadsTo, MailRole, MailSource, MailState } from "./received-mail";

export interface ReceivedMailRow {
  id: string;
  platformId: string;
  source: MailSource;
  role: MailRole;
  state: MailState;
  recipients: string[];
  /** What a signed address of ours names: a public reference (`reply`) or a notice's id (`bounce`). */
  refersTo: string | null;
  /** Opened by `envelopeOf` (open-envelope.server.ts); null: erased. */
  envelopeSealed: string | null;
  /** Null: the null sender. */
  senderHash: string | null;
  /** Also the key of its bytes in the file store. */
  sha256: string;
  size: number;
  receivedAt: Date;
  authentication: MailAuthentication;
}

/** Locks a mail until the transaction ends, so that it is settled once. Null: there is none. */
export async function lockMail(tx: Tx, id: string): Promise<ReceivedMailRow | null> {
  const [locked] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM received_mail WHERE id = ${id}::uuid FOR UPDATE`;
  return locked ? loadMail(tx, id) : null;
}

export async function loadMail(tx: Tx, id: string): Promise<ReceivedMailRow | null> {
  const row = await tx.receivedMail.findUnique({
    where: { id },
    select: { id: true, platformId: true, source: true, role: true, state: true, recipients: true, refersTo: true, envelopeSealed: true, senderHash: true, sha256: true, size: true, receivedAt: true, authentication: true },
  });
  if (!row) return null;
  const authentication = authenticationSchema.safeParse(row.authentication);
  return { ...row, authentication: authentication.success ? authentication.data : unauthenticated };
}

export interface Settled extends MailLeadsTo {
  kind: Exclude<MailKind, "unreadable">;
  feedbackType: string | null;
  acknowledged: boolean;
  /** In a word: "report_filed", "appeal_for_a_person", "notice_bounced", … */
  outcome: string;
  at: DateTime;
}

/** Writes what a locked mail was and what came of it. */
export async function saveSettled(tx: Tx, id: string, { at, ...settled }: Settled): Promise<void> {
  await tx.receivedMail.update({ where: { id }, data: { ...settled, state: "settled", settledAt: at.toJSDate() }, select: { id: true } });
}

/** What was read in a mail, for people to look at, and by which a report that is taken back is found again. */
export async function saveReading(tx: Tx, id: string, { reading, originalHash }: { reading: Reading; originalHash: string | null }): Promise<void> {
  await tx.receivedMail.update({ where: { id }, data: { reading: { ...reading }, originalHash }, select: { id: true } });
}

/** A locked mail breaks the parser: a person looks at it. */
export async function saveUnreadable(tx: Tx, id: string, { fault, at }: { fault: MailFault; at: DateTime }): Promise<void> {
  await tx.receivedMail.update({ where: { id }, data: { state: "unreadable", kind: "unreadable", outcome: "kept_unreadable", fault, settledAt: at.toJSDate() }, select: { id: true } });
}

/**
 * Makes the stored original evidence of the report or appeal that came of the mail. It is the same file, so its chain of
 * custody goes back to the moment it was received.
 */
export async function originalBelongsTo(tx: Tx, mailId: string, origin: { reportId: string; reportMessageId?: string } | { appealId: string }): Promise<void> {
  await tx.evidenceFile.update({ where: { mailId }, data: origin, select: { id: true } });
}

/** Whether this sender was sent an acknowledgement since then. */
export async function wasAcknowledgedSince(tx: Tx, senderHash: string, since: DateTime): Promise<boolean> {
  const found = await tx.receivedMail.findFirst({ where: { senderHash, acknowledged: true, receivedAt: { gte: since.toJSDate() } }, select: { id: true } });
  return found !== null;
}
