import { createTransport } from "nodemailer";
import { isSingleAddress } from "./mail-address";
import { keptReply, outcomeOf, type SmtpFailure } from "./smtp-outcome";

/** A mail as it is handed to the mail server: everything about it is decided before. */
export interface OutgoingMail {
  messageId: string;
  date: Date;
  from: { name: string; address: string };
  /** Where a bounce goes (RFC 5321 reverse path); absent: to `from`. Told to servers that know it as the envelope's id, too. */
  returnPath?: string;
  replyTo: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  language: string;
  /** It answers a mail of a person's (RFC 3834 5) instead of being sent of our own accord. */
  answersMail?: boolean;
}

/**
 * What the mail server made of it. `deferred` covers everything that says nothing about this recipient: no
 * connection, a time-out, a refused login, a 4xx reply. After a lost connection the server may hold the mail all the
 * same; sending it again under the same Message-ID is the only safe answer.
 */
export type Handover =
  | { state: "accepted"; reply: string }
  | { state: "deferred"; reply: string }
  | { state: "refused"; reply: string };

export interface Mailer {
  /** No call to `send` takes longer. */
  sendTimeoutMs: number;
  send(mail: OutgoingMail): Promise<Handover>;
  close(): void;
}

const sendTimeout = 60_000;

/** A pool of connections to the outgoing mail server. */
export function createMailer(smtpUrl: string, { sendTimeoutMs = sendTimeout, maxConnections = 5 } = {}): Mailer {
  const phase = Math.floor(sendTimeoutMs / 3);
  const transport = createTransport({
    ...mailServerOf(smtpUrl),
    pool: true,
    maxConnections,
    // A message is never sent again behind our back: whether to repeat it is decided with its row at hand.
    maxRequeues: 0,
    connectionTimeout: phase,
    greetingTimeout: phase,
    dnsTimeout: phase,
    socketTimeout: phase,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    sendTimeoutMs,
    async send(mail) {
      if (!isSingleAddress(mail.to)) return { state: "refused", reply: "the address is not one mail address" };
      try {
        const sent = await transport.sendMail({ ...compose(mail), signal: AbortSignal.timeout(sendTimeoutMs) });
        return { state: "accepted", reply: keptReply(sent.response) };
      } catch (error) {
        return handoverOf(error);
      }
    },
    close: () => transport.close(),
  };
}

/** Where mail goes out, and as whom. */
export function mailServerOf(smtpUrl: string) {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : secure ? 465 : 587,
    secure,
    ...(url.username ? { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } } : {}),
  };
}

function compose(mail: OutgoingMail) {
  return {
    messageId: mail.messageId,
    date: mail.date,
    from: { name: headerText(mail.from.name), address: mail.from.address },
    replyTo: mail.replyTo,
    envelope: { from: mail.returnPath ?? mail.from.address, to: mail.to },
    // RFC 3461: a bounce then names the envelope also where it does not keep its address.
    ...(mail.returnPath ? { dsn: { id: mail.returnPath, return: "headers" as const, notify: ["failure" as const, "delay" as const], recipient: mail.to } } : {}),
    to: { name: "", address: mail.to },
    subject: headerText(mail.subject),
    text: mail.text,
    html: mail.html,
    headers: {
      // RFC 3834: no out-of-office reply is wanted; RFC 3282: the language people read it in.
      "Auto-Submitted": mail.answersMail ? "auto-replied" : "auto-generated",
      "X-Auto-Response-Suppress": "OOF, AutoReply",
      "Content-Language": headerText(mail.language),
    },
  };
}

/** A header ends at a line break; what could add one of its own is taken out, whoever wrote it. */
const headerText = (value: string): string => value.replace(/[\u0000-\u001F\u007F\u0085\u2028\u2029]+/gu, " ").trim();

function handoverOf(error: unknown): Handover {
  const { state, reply } = outcomeOf((error ?? {}) as SmtpFailure, true);
  return { state: state === "refused" ? "refused" : "deferred", reply };
}
