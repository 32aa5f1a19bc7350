import SMTPConnection from "nodemailer/lib/smtp-connection";
import { keptReply, outcomeOf, type Outcome, type SmtpFailure } from "~/infra/smtp-outcome";
import { closing, DialogueLost, octetsOf, openDialogue, type Dialogue, type Reply } from "./smtp-dialogue.server";

export interface Letter {
  from: string;
  to: string;
  /** Octets, each as one character. Lines end in CRLF, the last one too. */
  mail: string;
}

/** One connection to the mail server that sends one message after the other, and is opened anew when it was lost. */
export interface Lane {
  /**
   * @param next is named to the server in the same breath as this one's end (RFC 2920 3.1), which saves it a round trip. It is what this
   * connection sends next, or the connection is cut
   */
  send(letter: Letter, next?: Letter | null): Promise<Outcome>;
  /** Hangs up in the middle of whatever goes on: what the server has not read whole it does not take. */
  cut(): void;
  quit(): void;
}

export interface MailServer {
  host: string;
  port: number;
  secure: boolean;
  auth?: { user: string; pass: string };
}

interface Open {
  connection: SMTPConnection;
  dialogue: Dialogue;
  extensions: ReadonlySet<string>;
  /** Its envelope was said, and the replies to that are still to be read. */
  named: Letter | null;
}

class Answered extends Error {
  constructor(
    readonly command: string,
    readonly reply: Reply,
  ) {
    super(reply.text);
  }
}

const isGood = ({ code }: Reply): boolean => code >= 200 && code < 300;
const goOn = 354;
const commands = ["MAIL FROM", "RCPT TO", "DATA"];

/**
 * The library connects, encrypts and logs in; messages are said by ourselves, because it reads each of them through a stream, which cost more than all the rest
 * together, and waits for the end of one before it names the next.
 *
 * @param timeoutMs no message takes longer, whatever the server does
 */
export function openLane(server: MailServer, timeoutMs: number): Lane {
  let open: Open | null = null;
  let abort: (() => void) | null = null;
  const phase = Math.floor(timeoutMs / 3);

  const cut = (): void => {
    open?.dialogue.lose(new DialogueLost("the connection was cut", "ETIMEDOUT"));
    abort?.();
  };

  const connect = async (): Promise<Open> => {
    const { auth, ...where } = server;
    const connection = new SMTPConnection({ ...where, connectionTimeout: phase, greetingTimeout: phase, dnsTimeout: phase, socketTimeout: phase });
    let lost = (_error: Error): void => undefined;
    const asked = (ask: (done: (error?: Error | null) => void) => void): Promise<void> =>
      new Promise((done, fail) => {
        lost = fail;
        ask((error) => (error ? fail(error) : done()));
      });
    connection.on("error", (error: Error) => lost(error));
    connection.once("end", () => lost(Object.assign(new Error("the mail server hung up"), { code: "ECONNECTION" })));
    abort = () => {
      connection.close();
      lost(Object.assign(new Error("the connection was cut"), { code: "ETIMEDOUT" }));
    };
    try {
      await asked((done) => connection.connect(done));
      const extensions = extensionsIn(connection.lastServerResponse || "");
      if (auth) await asked((done) => connection.login({ credentials: auth } as unknown as SMTPConnection.Credentials, done));
      const socket = connection._socket;
      if (!socket) throw Object.assign(new Error("the mail server hung up"), { code: "ECONNECTION" });
      // From here on the library reads no more of what comes; it still sees silence, errors and the end.
      socket.removeAllListeners("data");
      const dialogue = openDialogue(socket, () => {
        if (open === standing) open = null;
        connection.close();
        socket.destroy();
      });
      const standing: Open = { connection, dialogue, extensions, named: null };
      lost = (error) => dialogue.lose(new DialogueLost(error.message, (error as { code?: string }).code ?? "ECONNECTION"));
      return standing;
    } finally {
      abort = null;
    }
  };

  /** Names sender and recipient until the server wants the message. @throws Answered, with the connection ready for another message */
  const name = async (at: Open, letter: Letter): Promise<void> => {
    const { dialogue, extensions } = at;
    const isPipelined = extensions.has("PIPELINING");
    const envelope = at.named === letter ? null : envelopeOf(letter, extensions);
    at.named = null;
    if (envelope && isPipelined) dialogue.say(envelope.join(""), envelope.length);
    let replies = isPipelined ? await dialogue.replies(commands.length) : [];
    let failed: Answered | null = null;
    for (const [index, command] of commands.entries()) {
      if (!isPipelined) {
        if (failed) break;
        dialogue.say(envelope![index]!, 1);
        replies = [...replies, ...(await dialogue.replies(1))];
      }
      const reply = replies[index]!;
      if (command === "DATA" ? reply.code !== goOn : !isGood(reply)) failed ??= new Answered(command, reply);
      if (reply.code === closing) throw failed!;
    }
    if (!failed) return;
    // The server goes on although it has nobody to give it to: it gets nothing.
    if (replies[2]?.code === goOn) {
      dialogue.say(".\r\n", 1);
      await dialogue.replies(1);
    }
    dialogue.say("RSET\r\n", 1);
    const [reset] = await dialogue.replies(1);
    if (!isGood(reset!)) cut();
    throw failed;
  };

  return {
    async send(letter, next = null) {
      let named = false;
      const late = setTimeout(cut, timeoutMs);
      try {
        if (open?.named && open.named !== letter) cut();
        const at = (open ??= await connect());
        named = true;
        await name(at, letter);
        const ahead = next && at.extensions.has("PIPELINING") ? next : null;
        at.named = ahead;
        at.dialogue.say(`${dotStuffed(letter.mail)}.\r\n${ahead ? envelopeOf(ahead, at.extensions).join("") : ""}`, ahead ? 1 + commands.length : 1);
        const [reply] = await at.dialogue.replies(1);
        if (!isGood(reply!)) throw new Answered("DATA", reply!);
        return { state: "accepted", reply: keptReply(reply!.text) };
      } catch (error) {
        // After an answer the connection is good for the next message; after silence it is not.
        if (!(error instanceof Answered) || error.reply.code === closing) cut();
        return outcomeOf(failureOf(error), named);
      } finally {
        clearTimeout(late);
      }
    },
    cut,
    quit() {
      if (!open || open.named) return cut();
      const { dialogue, connection } = open;
      open = null;
      dialogue.say("QUIT\r\n", 1);
      void dialogue.replies(1).catch(() => undefined).finally(() => connection.close());
    },
  };
}

function failureOf(error: unknown): SmtpFailure {
  if (error instanceof Answered) return { responseCode: error.reply.code, response: error.reply.text, command: error.command };
  if (error instanceof DialogueLost) return { code: error.code, response: error.reply?.text };
  return (error ?? {}) as SmtpFailure;
}

/** The words at the beginning of each line of a greeting (RFC 5321 4.1.1.1). */
const extensionsIn = (greeting: string): ReadonlySet<string> => new Set(greeting.split(/\r?\n/).slice(1).map((line) => line.slice(4).trim().split(/[\s=]/, 1)[0]!.toUpperCase()));

/** What each of the commands says. Extensions are used where the server knows them: size, addresses beyond ASCII, and what a bounce names (RFC 3461). */
function envelopeOf({ from, to, mail }: Letter, extensions: ReadonlySet<string>): string[] {
  if (/[\r\n<>]/.test(from) || /[\r\n<>]/.test(to)) throw new Error("an envelope's address is one address");
  const size = extensions.has("SIZE") ? ` SIZE=${mail.length}` : "";
  const utf8 = extensions.has("SMTPUTF8") && /[^\x00-\x7f]/.test(from + to) ? " SMTPUTF8" : "";
  const [envelope, recipient] = extensions.has("DSN") ? [` RET=HDRS ENVID=${xtext(from)}`, ` NOTIFY=FAILURE,DELAY ORCPT=rfc822;${xtext(to)}`] : ["", ""];
  return [octetsOf(`MAIL FROM:<${from}>${size}${utf8}${envelope}\r\n`), octetsOf(`RCPT TO:<${to}>${recipient}\r\n`), "DATA\r\n"];
}

/** RFC 3461 4. */
const xtext = (value: string): string =>
  value.replace(/[^\x21-\x2a\x2c-\x3c\x3e-\x7e]+/gu, (part) => [...Buffer.from(part)].map((byte) => `+${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""));

/** RFC 5321 4.5.2: a line with nothing but a dot ends a message. */
const dotStuffed = (mail: string): string => (mail.startsWith(".") || mail.includes("\r\n.") ? `\r\n${mail}`.replaceAll("\r\n.", "\r\n..").slice(2) : mail);
