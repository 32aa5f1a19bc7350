import type { Deps } from "~/infra/deps.server";
import { maskAddress, type NoticeState } from "./notice";

export interface MailFilter {
  state?: NoticeState;
  platformKey?: string;
  limit: number;
  /** Id of the last notice seen: the list goes on behind it. */
  after?: string;
}

export interface MailRow {
  id: string;
  kind: string;
  state: NoticeState;
  platform: string | null;
  /** Masked. */
  to: string;
  subject: string;
  attempts: number;
  createdAt: Date;
  handedOverAt: Date | null;
}

const listed = {
  id: true,
  kind: true,
  state: true,
  platform: { select: { key: true } },
  addressSealed: true,
  subject: true,
  attempts: true,
  createdAt: true,
  handedOverAt: true,
} as const;

/** What people were told, newest first, with nothing that names them: reading more is `readMail`, which is audited. */
export async function listMail({ db, crypto }: Pick<Deps, "db" | "crypto">, filter: MailFilter): Promise<MailRow[]> {
  const rows = await db.notice.findMany({
    where: {
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(filter.platformKey === undefined ? {} : { platform: { key: filter.platformKey } }),
      ...(filter.after === undefined ? {} : { id: { lt: filter.after } }),
    },
    orderBy: { id: "desc" },
    take: filter.limit,
    select: listed,
  });
  return rows.map(({ addressSealed, platform, ...row }) => ({ ...row, platform: platform?.key ?? null, to: maskAddress(crypto.open(addressSealed, "notice.address")) }));
}

export interface MailDetail extends MailRow {
  messageId: string;
  /** The last mail server's answer, or why the last try failed; addresses in it are masked. */
  lastAnswer: string | null;
}

export async function findMail({ db, crypto }: Pick<Deps, "db" | "crypto">, id: string): Promise<MailDetail | null> {
  const found = await db.notice.findUnique({ where: { id }, select: { ...listed, messageId: true, smtpReply: true, lastError: true } });
  if (!found) return null;
  const { addressSealed, platform, smtpReply, lastError, ...row } = found;
  const answer = smtpReply ?? lastError;
  return {
    ...row,
    platform: platform?.key ?? null,
    to: maskAddress(crypto.open(addressSealed, "notice.address")),
    lastAnswer: answer?.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, maskAddress) ?? null,
  };
}
