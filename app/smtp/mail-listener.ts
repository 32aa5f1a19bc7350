import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import type { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { Deps } from "~/infra/deps.server";
import { networkOf } from "~/infra/http/rate-limit.server";
import type { MailSettings } from "~/infra/mail-settings";
import { openRecipients } from "~/modules/inbound-mail/address-book.server";
import type { Recipient } from "~/modules/inbound-mail/address-book";
import type { Envelope } from "~/modules/inbound-mail/envelope";
import { openMailIntake } from "~/modules/inbound-mail/receive-mail.server";
import { readDataExactly } from "./exact-data";
import { createMailLimits } from "./mail-limits";

/** Milliseconds. A server that sends nothing for so long, or takes longer for all it has, is let go (RFC 5321, 4.5.3.2). */
export const mailPatience = { idle: 60_000, session: 900_000 } as const;
export type MailPatience = { readonly [name in keyof typeof mailPatience]: number };

export interface MailListener {
  port: number;
  /** Takes no more connections; a mail that is being stored is answered for, then all are ended. */
  close(graceMs: number): Promise<void>;
}

/** What a mail server is answered; 4xx has it come again (RFC 5321, 4.2.1). */
class Reply extends Error {
  constructor(
    readonly responseCode: number,
    text: string,
  ) {
    super(text);
  }
}

/** RFC 6531, 3.2: an address in UTF-8 takes a sender that asked for SMTPUTF8, and a mail that says so. */
const asksForUtf8 = (address: string, session: SMTPServerSession): boolean => session.envelope.smtpUtf8 === true || /^[\0-\x7f]*$/.test(address);
const notAsked = () => new Reply(553, "This address takes SMTPUTF8, which MAIL did not ask for");

const comeAgain = () => new Reply(451, "Not now, please try again later");

/**
 * The door for mail. It takes mail for addresses of the platforms and no others, so it relays nothing, and answers 250 when the
 * mail is on disk. What goes wrong on our side is answered 4xx: the sender keeps the mail and comes again.
 *
 * Only CR LF . CR LF ends a message (RFC 5321, 4.1.1.4), and what was sent in clear ahead of STARTTLS is thrown away, so that
 * nobody can put a mail of theirs into another's. Logs name sessions and refusals, never people.
 */
export async function startMailListener(deps: Deps, settings: MailSettings = deps.config.mail, patience: MailPatience = mailPatience): Promise<MailListener> {
  const recipients = openRecipients(deps);
  const intake = openMailIntake(deps);
  const lmtp = settings.protocol === "lmtp";
  const limits = createMailLimits(lmtp ? { clients: 0, perMinute: 0 } : { clients: settings.clientsPerAddress, perMinute: settings.mailsPerMinute });
  const envelopes = new WeakMap<object, Recipient[]>();
  const ends = new Map<string, NodeJS.Timeout>();
  const underWay = new Set<Promise<unknown>>();
  let closing = false;

  const recipientsOf = (session: SMTPServerSession): Recipient[] => {
    const known = envelopes.get(session.envelope) ?? [];
    envelopes.set(session.envelope, known);
    return known;
  };

  const connectionOf = (id: string) => [...server.connections].find(({ session }) => session.id === id);
  const hangUp = (id: string): void => void connectionOf(id)?._socket.destroy();

  const receive = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<number> => {
    const accepted = new Set(session.envelope.rcptTo.map(({ address }) => address.toLowerCase()));
    const [first, ...others] = recipientsOf(session).filter(({ address }) => accepted.has(address));
    if (!first) throw comeAgain();
    try {
      return await intake.receive({ source: settings.protocol, envelope: envelopeOf(session), recipients: [first, ...others], content: bounded(stream, settings.maxBytes) });
    } catch (error) {
      if (error instanceof Reply) throw error;
      if (!stream.readableEnded) deps.log.info({ session: session.id }, "a mail broke off before its end");
      else deps.log.warn({ err: error, session: session.id }, "a mail could not be stored; its sender was told to come again");
      throw comeAgain();
    }
  };

  const server = new SMTPServer({
    name: settings.name ?? undefined,
    lmtp,
    ...(settings.tls ? { key: await readFile(settings.tls.keyFile), cert: await readFile(settings.tls.certFile), minVersion: "TLSv1.2" } : {}),
    disabledCommands: ["AUTH", "WIZ", "SHELL", "XCLIENT", "XFORWARD", ...(settings.tls ? [] : ["STARTTLS"])],
    authOptional: true,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    disableReverseLookup: true,
    logger: false,
    size: settings.maxBytes,
    // Answered with 5.3.4, too big (RFC 3463, 3.4): of a 552 from here it would make 5.2.2, which tells the sender that the mailbox is full.
    rejectOversized: true,
    maxRecipients: settings.maxRecipients,
    maxClients: settings.maxClients,
    maxCommandLength: 2_048,
    socketTimeout: patience.idle,
    closeTimeout: 200,
    onConnect(session, done) {
      const stays = limits.enter(networkOf(session.remoteAddress));
      ends.set(session.id, setTimeout(() => hangUp(session.id), patience.session));
      if (closing) return done(new Reply(421, "Closing, please try again later"));
      if (!stays) deps.log.info({ session: session.id }, "too many connections from one network");
      done(stays ? null : new Reply(421, "Too many connections from your network"));
    },
    onClose(session) {
      const end = ends.get(session.id);
      if (!end) return;
      clearTimeout(end);
      ends.delete(session.id);
      limits.leave(networkOf(session.remoteAddress));
    },
    onMailFrom({ address }, session, done) {
      const connection = connectionOf(session.id);
      if (connection?._parser) readDataExactly(connection._parser);
      if (connection) nameUtf8Refusals(connection);
      if (!asksForUtf8(address, session)) return done(notAsked());
      if (closing) return done(new Reply(421, "Closing, please try again later"));
      if (limits.mail(networkOf(session.remoteAddress), performance.now())) return done();
      deps.log.info({ session: session.id }, "too many mails from one network");
      done(new Reply(450, "Too many mails from your network, please try again later"));
    },
    onRcptTo({ address }, session, done) {
      if (!asksForUtf8(address, session)) return done(notAsked());
      recipients.find(address).then(
        (recipient) => {
          if (!recipient) return done(new Reply(550, "No such mailbox here"));
          const known = recipientsOf(session);
          if (!known.some((one) => one.address === recipient.address)) known.push(recipient);
          done();
        },
        (error: unknown) => {
          deps.log.warn({ err: error, session: session.id }, "a recipient could not be looked up; the sender was told to come again");
          done(comeAgain());
        },
      );
    },
    onData(stream, session, done) {
      const work = receive(stream, session).then(
        (fresh) => {
          deps.log.info({ session: session.id, bytes: stream.byteLength, fresh }, "mail taken");
          done(null, "Stored");
        },
        (reply: Error) => {
          // The sender may not have finished: what still comes is read and thrown away before it is answered.
          stream.resume();
          done(reply);
        },
      );
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
  });
  server.on("error", (error) => deps.log.info({ err: error }, "a mail connection failed"));
  server.listen(settings.port, settings.host);
  await Promise.race([once(server.server, "listening"), once(server.server, "error").then(([error]) => Promise.reject(error as Error))]);

  return {
    port: (server.server.address() as AddressInfo).port,
    async close(graceMs) {
      closing = true;
      let late: NodeJS.Timeout | undefined;
      await Promise.race([Promise.all([...underWay]), new Promise((resolve) => (late = setTimeout(resolve, graceMs)))]);
      clearTimeout(late);
      await new Promise<void>((resolve) => server.close(resolve));
      await intake.close();
      for (const end of ends.values()) clearTimeout(end);
    },
  };
}

/** 553 is said here of nothing else: 5.6.7 (RFC 6531, 3.5), where the library calls every 553 a bad address. */
function nameUtf8Refusals(connection: Pick<SMTPConnection, "_getEnhancedStatusCode">): void {
  if (Object.hasOwn(connection, "_getEnhancedStatusCode")) return;
  const usual = connection._getEnhancedStatusCode.bind(connection);
  connection._getEnhancedStatusCode = (code, context) => (code === 553 ? "5.6.7" : usual(code, context));
}

/** The bytes as they come, as far as they may. */
async function* bounded(stream: SMTPServerDataStream, maxBytes: number): AsyncGenerator<Buffer> {
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (stream.byteLength > maxBytes) throw new Reply(552, "This is larger than we take");
    yield chunk;
  }
  if (stream.byteLength > maxBytes) throw new Reply(552, "This is larger than we take");
}

function envelopeOf({ envelope, remoteAddress, hostNameAppearsAs, secure }: SMTPServerSession): Envelope {
  return {
    from: envelope.mailFrom ? envelope.mailFrom.address : "",
    remoteAddress,
    helo: hostNameAppearsAs ? String(hostNameAppearsAs).slice(0, 255) : null,
    tls: secure,
    envelopeId: envelope.dsn?.envid ?? null,
  };
}
