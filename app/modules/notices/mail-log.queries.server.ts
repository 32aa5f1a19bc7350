import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { maskAddress, type NoticeState } from "./notice";
import type { NoticeKind } from "./notice-kind";

export interface MailFilter {
  state?: NoticeState;
  kind?: NoticeKind;
  platformKey?: string;
  accountId?: string;
  caseId?: string;
  limit: number;
  /** Id of the last notice seen: the list goes on behind it. */
  after?: string;
}

export interface MailRow {
  id: string;
  kind: NoticeKind;
  state: NoticeState;
  /** Its key; null: the console itself wrote. */
  platform: string | null;
  platformName: string | null;
  /** Masked. */
  to: string;
  subject: string;
  attempts: number;
  createdAt: Date;
  handedOverAt: Date | null;
}

type Reading = Pick<Deps, "db" | "crypto">;
type ListedRow = Omit<MailRow, "to"> & { addressSealed: string };

/** What people were told, newest first, with nothing that names them: reading more leaves an audit entry. */
export async function listMail({ db, crypto }: Reading, { after, limit, ...filter }: MailFilter): Promise<MailRow[]> {
  const place = after ? await db.notice.findUnique({ where: { id: after }, select: { createdAt: true, id: true } }) : null;
  if (after && !place) return [];
  const where = [
    ...conditions(filter),
    ...(place ? [Prisma.sql`(n.created_at, n.id) < (${place.createdAt}, ${place.id}::uuid)`] : []),
  ];
  const rows = await db.$queryRaw<ListedRow[]>`
    SELECT n.id, n.kind::text AS kind, n.state::text AS state, p.key AS platform, p.name AS "platformName", n.address_sealed AS "addressSealed", n.subject, n.attempts,
           n.created_at AS "createdAt", n.handed_over_at AS "handedOverAt"
      FROM notice n LEFT JOIN platform p ON p.id = n.platform_id
     ${where.length > 0 ? Prisma.sql`WHERE ${Prisma.join(where, " AND ")}` : Prisma.empty}
     ORDER BY n.created_at DESC, n.id DESC LIMIT ${limit}`;
  return rows.map(({ addressSealed, ...row }) => ({ ...row, to: masked(crypto, addressSealed) }));
}

function conditions({ state, kind, platformKey, accountId, caseId }: Omit<MailFilter, "after" | "limit">): Prisma.Sql[] {
  return [
    ...(state ? [Prisma.sql`n.state = ${state}::notice_state`] : []),
    ...(kind ? [Prisma.sql`n.kind = ${kind}::notice_kind`] : []),
    ...(platformKey ? [Prisma.sql`n.platform_id = (SELECT id FROM platform WHERE key = ${platformKey})`] : []),
    ...(accountId ? [Prisma.sql`n.account_id = ${accountId}::uuid`] : []),
    ...(caseId ? [Prisma.sql`n.case_id = ${caseId}::uuid`] : []),
  ];
}

const masked = (crypto: Reading["crypto"], sealed: string): string => maskAddress(crypto.open(sealed, "notice.address"));

/** Platforms the log can be narrowed to. */
export const mailPlatforms = ({ db }: Pick<Deps, "db">): Promise<{ key: string; name: string }[]> =>
  db.platform.findMany({ orderBy: { name: "asc" }, select: { key: true, name: true } });

export interface MailDetail extends MailRow {
  messageId: string;
  /** The last mail server's answer, or why the last try failed; addresses in it are masked. */
  lastAnswer: string | null;
  /** The next try is not made before. */
  notBefore: Date | null;
  zone: string;
  account: { id: string; name: string } | null;
  caseReference: string | null;
}

export async function findMail({ db, crypto }: Reading, id: string): Promise<MailDetail | null> {
  const found = await db.notice.findUnique({
    where: { id },
    select: {
      id: true,
      kind: true,
      state: true,
      addressSealed: true,
      subject: true,
      attempts: true,
      createdAt: true,
      handedOverAt: true,
      messageId: true,
      smtpReply: true,
      lastError: true,
      leaseUntil: true,
      caseId: true,
      platform: { select: { key: true, name: true, zone: true } },
      account: { select: { id: true, businessName: true } },
    },
  });
  if (!found) return null;
  const { addressSealed, platform, account, smtpReply, lastError, leaseUntil, caseId, ...row } = found;
  const subject = caseId ? await db.case.findUnique({ where: { id: caseId }, select: { reference: true } }) : null;
  return {
    ...row,
    platform: platform?.key ?? null,
    platformName: platform?.name ?? null,
    to: masked(crypto, addressSealed),
    lastAnswer: (lastError ?? smtpReply)?.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, maskAddress) ?? null,
    notBefore: row.state === "queued" ? leaseUntil : null,
    zone: platform?.zone ?? "UTC",
    account: account && { id: account.id, name: account.businessName },
    caseReference: subject?.reference ?? null,
  };
}
