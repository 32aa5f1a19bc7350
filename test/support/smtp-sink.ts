import { simpleParser, type ParsedMail } from "mailparser";
import { SMTPServer, type SMTPServerSession } from "smtp-server";

/** A mail as the server held it when it answered DATA, or lost the connection instead of answering. */
export interface CaughtMail {
  to: string;
  messageId: string;
  answered: boolean;
  parsed: ParsedMail;
}

/** What the server does with the next mails: take them, answer with a code, hang up, or keep the client waiting. */
export type Behaviour =
  | { take: true }
  | { answer: number; at: "mail" | "rcpt" | "data"; text?: string }
  | { drop: "after_data" }
  | { hold: "rcpt" | "data" };

export interface SmtpSink {
  url: string;
  mails: CaughtMail[];
  behave(behaviour: Behaviour, forAddress?: string): void;
  /** How many clients wait for an answer. */
  held(): number;
  /** Lets go of everything that is held, and takes mail from now on. */
  release(): void;
  close(): Promise<void>;
}

class SmtpError extends Error {
  constructor(readonly responseCode: number, text: string) {
    super(text);
  }
}

/** A real SMTP server on loopback that can be as difficult as a real one. */
export async function startSmtpSink(): Promise<SmtpSink> {
  const mails: CaughtMail[] = [];
  const waiting: (() => void)[] = [];
  let general: Behaviour = { take: true };
  let special = new Map<string, Behaviour>();
  const behaviourFor = (address: string) => special.get(address) ?? general;
  const hangUp = (session: SMTPServerSession) => {
    for (const connection of server.connections) {
      if (connection.session.id === session.id) connection._socket.destroy();
    }
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    onMailFrom(_address, _session, done) {
      if ("answer" in general && general.at === "mail") done(new SmtpError(general.answer, general.text ?? "not now"));
      else done();
    },
    onRcptTo({ address }, _session, done) {
      const behaviour = behaviourFor(address);
      if ("answer" in behaviour && behaviour.at === "rcpt") done(new SmtpError(behaviour.answer, behaviour.text ?? `no mailbox ${address}`));
      else if ("hold" in behaviour && behaviour.hold === "rcpt") waiting.push(() => done());
      else done();
    },
    onData(stream, session, done) {
      const to = session.envelope.rcptTo[0]?.address ?? "";
      const behaviour = behaviourFor(to);
      void simpleParser(stream).then((parsed) => {
        const caught: CaughtMail = { to, messageId: parsed.messageId ?? "", answered: false, parsed };
        if ("answer" in behaviour && behaviour.at === "data") return done(new SmtpError(behaviour.answer, behaviour.text ?? "message refused"));
        mails.push(caught);
        const accept = () => {
          caught.answered = true;
          done(null, "queued as 4711");
        };
        if ("drop" in behaviour) hangUp(session);
        else if ("hold" in behaviour && behaviour.hold === "data") waiting.push(accept);
        else accept();
      }, done);
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.server.address();
  if (typeof address !== "object" || address === null) throw new Error("the SMTP sink does not listen");

  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    behave(behaviour, forAddress) {
      if (forAddress) special.set(forAddress, behaviour);
      else general = behaviour;
    },
    held: () => waiting.length,
    release() {
      general = { take: true };
      special = new Map();
      for (const go of waiting.splice(0)) go();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
