import { createHash } from "node:crypto";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { unauthenticated, type MailAuthentication } from "~/modules/inbound-mail/authentication";
import { envelopeContext } from "~/modules/inbound-mail/envelope";
import { parseMessage } from "~/modules/inbound-mail/parse-message.server";
import type { MailRole } from "~/modules/inbound-mail/received-mail";
import { settleMail, type SettledMail } from "~/modules/inbound-mail/settle-mail.server";

export interface Sent {
  /** The envelope's sender; empty: the null sender. */
  from?: string;
  to?: string;
  role?: MailRole;
  /** The domain whose signature vouches for the mail. */
  signedBy?: string;
  authentication?: MailAuthentication;
  envelopeId?: string;
  at?: string;
}

/** A mail as the listener leaves it: its bytes stored, its row waiting. */
export async function receivedMail(deps: Deps, platform: { id: string; abuseEmail: string }, raw: Buffer, sent: Sent = {}): Promise<string> {
  const { from = "ana@reader.example", to = platform.abuseEmail, role = "abuse", envelopeId = null } = sent;
  const { sha256, size } = await deps.storage.put(raw);
  const id = newId();
  const receivedAt = sent.at ? new Date(sent.at) : deps.clock().toJSDate();
  const authentication = sent.authentication ?? (sent.signedBy ? { ...unauthenticated, by: "checked_here" as const, dkim: [{ result: "pass" as const, domain: sent.signedBy }] } : unauthenticated);
  const envelope = { from, remoteAddress: "192.0.2.1", helo: "mx.example", tls: true, envelopeId };
  await deps.db.receivedMail.create({
    data: {
      id, platformId: platform.id, source: "smtp", role, recipients: [to.toLowerCase()], sha256, size, receivedAt, authentication,
      envelopeSealed: deps.crypto.seal(JSON.stringify(envelope), envelopeContext),
      senderHash: from === "" ? null : deps.crypto.lookup(from, "email"),
      dedupeKey: createHash("sha256").update(id).digest("hex"),
      original: { create: { id: newId(), sha256, size, mediaType: "message/rfc822", fileName: "message.eml", uploadedAt: receivedAt } },
    },
  });
  return id;
}

export const settled = (deps: Deps, mailId: string): Promise<SettledMail> =>
  settleMail({ ...deps, parser: { parse: async (bytes) => ({ ok: true, message: await parseMessage(bytes) }) } }, mailId);
