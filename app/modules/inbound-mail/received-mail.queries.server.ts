import { Prisma, type Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { maskAddress } from "../notices/notice";
import { isPaused } from "../notices/sending/is-paused.server";
import { authenticationSchema, unauthenticated, type MailAuthentication } from "./authentication";
import { envelopeOf } from "./open-envelope.server";
import { shownReadingSchema, type ShownReading } from "./reading.schema";
import { receiptSchema, type Receipt } from "./receipt";
import type { MailFault, MailKind, MailRole, MailSource, MailState } from "./received-mail";

export interface ReceivedMailFilter {
  state?: MailState;
  kind?: MailKind;
  platformKey?: string;
  limit: number;
  /** Id of the last mail seen: the list goes on behind it. */
  after?: string;
}

export interface ListedMail {
  id: string;
  receivedAt: Date;
  platform: string;
  platformName: string;
  role: MailRole;
  source: MailSource;
  /** The envelope's sender, masked; null: the null sender, or erased. */
  from: string | null;
  sha256: string;
  size: number;
  state: MailState;
  kind: MailKind | null;
  feedbackType: string | null;
  /** Whether a receipt was written for it, and how far that is. */
  acknowledged: boolean;
  receipt: Receipt | null;
  /** What became of it: in a word, and the things it led to. */
  outcome: string | null;
  reportId: string | null;
  reportReference: string | null;
  caseReference: string | null;
  appealReference: string | null;
  unmatchedAppealId: string | null;
  /** A person found no action that it could be an appeal against. */
  putAside: boolean;
  noticeId: string | null;
}

type Reading = Pick<Deps, "db" | "crypto">;
type Row = Omit<ListedMail, "from" | "receipt"> & { envelopeSealed: string | null; receipt: unknown };

const columns = Prisma.sql`
  m.id, m.received_at AS "receivedAt", p.key AS platform, p.name AS "platformName", m.role::text AS role, m.source::text AS source, m.envelope_sealed AS "envelopeSealed",
  m.sha256, m.size, m.state::text AS state, m.kind::text AS kind, m.feedback_type AS "feedbackType", m.acknowledged, m.outcome, m.report_id AS "reportId",
  r.reference AS "reportReference", c.reference AS "caseReference", a.reference AS "appealReference", m.unmatched_appeal_id AS "unmatchedAppealId", u.settled_at IS NOT NULL AND u.appeal_id IS NULL AS "putAside", m.notice_id AS "noticeId", told.receipt`;
const tables = Prisma.sql`
  received_mail m JOIN platform p ON p.id = m.platform_id
    LEFT JOIN report r ON r.id = m.report_id LEFT JOIN "case" c ON c.id = coalesce(m.case_id, r.case_id) LEFT JOIN unmatched_appeal u ON u.id = m.unmatched_appeal_id LEFT JOIN appeal a ON a.id = coalesce(m.appeal_id, u.appeal_id)
    LEFT JOIN LATERAL (
      SELECT jsonb_build_object('noticeId', n.id, 'state', n.state, 'paused', ${isPaused}) AS receipt FROM (
        SELECT * FROM notice WHERE report_id = m.report_id AND kind = 'report_receipt'
        UNION ALL SELECT * FROM notice WHERE appeal_id = m.appeal_id AND kind = 'appeal_receipt'
        UNION ALL SELECT * FROM notice WHERE dedupe_key = 'unmatched-appeal:' || m.unmatched_appeal_id || ':receipt:' || left(m.sender_hash, 24)) n
       WHERE m.acknowledged AND n.created_at >= m.settled_at ORDER BY n.created_at, n.id LIMIT 1) told ON true`;

const listed = ({ crypto }: Pick<Deps, "crypto">, { envelopeSealed, receipt, ...row }: Row): ListedMail => {
  const { from } = envelopeOf(crypto, envelopeSealed);
  return { ...row, from: from === "" ? null : maskAddress(from), receipt: receiptSchema.nullable().parse(receipt) };
};

/** Received mail, newest first, with nothing that names who sent it: looking into one leaves an entry in its chain of custody. */
export async function listReceivedMail(deps: Reading, { state, kind, platformKey, after, limit }: ReceivedMailFilter): Promise<ListedMail[]> {
  const place = after ? await deps.db.receivedMail.findUnique({ where: { id: after }, select: { receivedAt: true, id: true } }) : null;
  if (after && !place) return [];
  const where = [
    ...(state ? [Prisma.sql`m.state = ${state}::mail_state`] : []),
    ...(kind ? [Prisma.sql`m.kind = ${kind}::mail_kind`] : []),
    ...(platformKey ? [Prisma.sql`m.platform_id = (SELECT id FROM platform WHERE key = ${platformKey})`] : []),
    ...(place ? [Prisma.sql`(m.received_at, m.id) < (${place.receivedAt}, ${place.id}::uuid)`] : []),
  ];
  const rows = await deps.db.$queryRaw<Row[]>`
    SELECT ${columns} FROM ${tables} ${where.length > 0 ? Prisma.sql`WHERE ${Prisma.join(where, " AND ")}` : Prisma.empty}
     ORDER BY m.received_at DESC, m.id DESC LIMIT ${limit}`;
  return rows.map((row) => listed(deps, row));
}

export interface MailDetail extends ListedMail {
  zone: string;
  recipients: string[];
  tls: boolean;
  authentication: MailAuthentication;
  reading: ShownReading;
  fault: MailFault | null;
  settledAt: Date | null;
  /** The stored original; null: its keeping time was over. */
  originalId: string | null;
  /** Whether there is a text to look at. */
  readable: boolean;
  /** Whether its HTML can be looked at, too. */
  laidOut: boolean;
  /** What a virus scanner found in the original; null: nothing, or it has not looked. */
  infectedBy: string | null;
}

type DetailRow = Row & Pick<MailDetail, "zone" | "recipients" | "fault" | "settledAt" | "originalId" | "readable" | "laidOut" | "infectedBy"> & { authentication: unknown; reading: unknown };

export async function findReceivedMail(deps: Reading, id: string): Promise<MailDetail | null> {
  const [found] = await deps.db.$queryRaw<DetailRow[]>`
    SELECT ${columns}, p.zone, m.recipients, m.fault, m.settled_at AS "settledAt", m.authentication, m.reading, f.id AS "originalId", f.rendition_sha256 IS NOT NULL AS readable, f.scan_signature AS "infectedBy",
           EXISTS (SELECT FROM evidence_rendition v WHERE v.evidence_file_id = f.id AND v.kind = 'html') AS "laidOut"
      FROM ${tables} LEFT JOIN evidence_file f ON f.mail_id = m.id AND f.deleted_at IS NULL
     WHERE m.id = ${id}::uuid`;
  if (!found) return null;
  const { authentication, reading, ...row } = found;
  const read = authenticationSchema.safeParse(authentication);
  const { zone, recipients, fault, settledAt, originalId, readable, laidOut, infectedBy } = row;
  return { ...listed(deps, row), zone, recipients: recipients.map(withoutSignature), tls: envelopeOf(deps.crypto, row.envelopeSealed).tls, fault, settledAt, originalId, readable: readable ?? false, laidOut, infectedBy, authentication: read.success ? read.data : unauthenticated, reading: shownReadingSchema.parse(reading) };
}

/** What was read in the mail that a report came of; null: there is none, or a machine wrote it. */
export async function readingOfReport(db: Db, reportId: string): Promise<{ id: string; reading: ShownReading } | null> {
  const mail = await db.receivedMail.findFirst({ where: { reportId, kind: { in: ["human_report", "case_reply", "appeal"] } }, orderBy: [{ receivedAt: "asc" }, { id: "asc" }], select: { id: true, reading: true } });
  return mail && { id: mail.id, reading: shownReadingSchema.parse(mail.reading) };
}

/** Whoever knows the signature may write into the matter. */
const withoutSignature = (address: string): string => address.replace(/^((?:case|bounce)\+[^.]+\.)[^@]+@/, "$1…@");
