import { encodeWord, encodeWords, foldLines } from "nodemailer/lib/mime-funcs";
import { encode, wrap } from "nodemailer/lib/qp";
import { oneLine } from "#emails/text-safety";
import { asciiDomain } from "~/infra/normalise";
import { accountPlace } from "./campaign";
import type { CampaignText } from "./compose-campaign";
import { octetsOf } from "./smtp-dialogue.server";

export interface CampaignHead {
  campaignId: string;
  fromName: string;
  fromAddress: string;
  language: string;
}

/** A message of a campaign as far as it is the same for everybody; what differs goes before it and between its pieces. */
export interface MailPlan {
  head: CampaignHead;
  domain: string;
  /** Encoded; between each two of them the account's name. */
  pieces: { encoded: string; nameAs: "text" | "html" | null }[];
}

export interface Addressed {
  id: string;
  to: string;
  addressee: string;
  createdAt: Date;
  /** Signed for this message: bounces and complaints come home to it. */
  returnPath: string;
}

/** The Message-ID comes of the message's id and the frozen sender, so that it is the same on every try. */
export const campaignMessageId = (id: string, domain: string): string => `<notice.${id}@${domain}>`;

export const domainOf = (address: string): string => asciiDomain(address.slice(address.lastIndexOf("@") + 1).toLowerCase());

/** Builds the MIME once for a campaign and a language: headers that are the same for all, and both parts in quoted-printable. */
export function planMail(text: CampaignText, head: CampaignHead): MailPlan {
  const domain = domainOf(head.fromAddress);
  const boundary = `=_policy_${head.campaignId}`;
  const part = (type: string) => `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
  const common = [
    `From: ${displayName(head.fromName)} <${head.fromAddress}>`,
    `Reply-To: ${head.fromAddress}`,
    `Subject: ${encodeWords(oneLine(text.subject), "Q", 52)}`,
    `Content-Language: ${oneLine(head.language)}`,
    // RFC 3834: no out-of-office reply is wanted. There is no List-Unsubscribe: nobody can be spared a mandatory notice.
    "Auto-Submitted: auto-generated",
    "X-Auto-Response-Suppress: OOF, AutoReply",
    `List-Id: Policy notices <policy-notices.${domain}>`,
    `Feedback-ID: ${head.campaignId}:policy:${senderName(domain)}`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
  ].map((line) => foldLines(line, 76));
  const [plain, rich] = [encodedAround(text.text), encodedAround(text.html)];
  const pieces: MailPlan["pieces"] = [
    ...plain.map((encoded, index) => ({ encoded, nameAs: index < plain.length - 1 ? ("text" as const) : null })),
    ...rich.map((encoded, index) => ({ encoded, nameAs: index < rich.length - 1 ? ("html" as const) : null })),
  ];
  pieces[0]!.encoded = `${octetsOf(common.join("\r\n"))}\r\n\r\n${part("text/plain")}${pieces[0]!.encoded}`;
  pieces[plain.length]!.encoded = `\r\n${part("text/html")}${pieces[plain.length]!.encoded}`;
  pieces.at(-1)!.encoded += `\r\n--${boundary}--\r\n`;
  return { head, domain, pieces };
}

/** The whole message to one contact, in octets, each as one character: the same on every try. */
export function writeMail({ domain, head, pieces }: MailPlan, { id, to, addressee, createdAt, returnPath }: Addressed): string {
  let mail =
    `Message-ID: ${campaignMessageId(id, domain)}\r\nDate: ${createdAt.toUTCString().replace("GMT", "+0000")}\r\nTo: <${octetsOf(to)}>\r\n` +
    // RFC 9477: a mailbox provider's complaints come to the address that names the message.
    `CFBL-Address: ${returnPath}; report=arf\r\nCFBL-Feedback-ID: ${head.campaignId}:${id}\r\n`;
  const name = encodedName(addressee);
  const html = /[&<>"']/.test(addressee) ? encodedName(escaped(addressee)) : name;
  for (const { encoded, nameAs } of pieces) mail += nameAs === null ? encoded : encoded + (nameAs === "text" ? name : html);
  return mail;
}

/** Soft line breaks on both sides, so that neither what is before nor after it is encoded anew. */
const encodedName = (name: string): string => `=\r\n${quoted(oneLine(name))}=\r\n`;

const encodedAround = (text: string): string[] => text.replace(/\r\n?|\n/g, "\r\n").split(accountPlace).map(quoted);

/** No line begins with a dot (RFC 2045 6.7), so that nothing has to be doubled on the way to the server. */
const quoted = (text: string): string => wrap(encode(text), 74).replace(/^\./gm, "=2E");

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign]!);

/** Who sends, as mailbox providers that count complaints take it: five to fifteen letters and digits that stay the same. */
const senderName = (domain: string): string => domain.replace(/[^a-z0-9]/g, "").slice(0, 15).padEnd(5, "0");

const displayName = (name: string): string => {
  const plain = oneLine(name);
  return /^[\x20-\x7e]*$/.test(plain) ? `"${plain.replace(/["\\]/g, "\\$&")}"` : encodeWord(plain, "Q", 52);
};
