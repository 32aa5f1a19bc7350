import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Circumstances } from "./circumstances.server";
import { wasAcknowledgedSince } from "./mail.repo.server";
import { barsAnswer } from "./understand/automatic";

export type Acknowledgement = { to: string; why: null } | { to: null; why: string };

/**
 * Whether a mail is acknowledged, and to whom: to the envelope's sender alone (RFC 3834 4), and never more than once in an hour,
 * also when two of their mails are settled at the same moment.
 */
export async function acknowledgementOf(tx: Tx, { message, envelope, isOwn, mail }: Circumstances, now: DateTime): Promise<Acknowledgement> {
  const barred = barsAnswer(message, envelope, isOwn);
  if (barred) return { to: null, why: barred };
  if (!mail.senderHash || !envelope.sender) return { to: null, why: "no_sender" };
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(${`mail-acknowledged:${mail.senderHash}`}, 0))`;
  if (await wasAcknowledgedSince(tx, mail.senderHash, now.minus({ hours: 1 }))) return { to: null, why: "this_hour" };
  return { to: envelope.sender.trim(), why: null };
}
