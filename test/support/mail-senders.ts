import { createHash } from "node:crypto";
import { newId } from "~/infra/id";
import { rawClient, type RawClient } from "./mail-door";

/** A mail, and what its sender knows of it. */
export interface SentMail {
  from: string;
  message: string;
  sha256: string;
}

export interface Senders {
  /** What was answered 250. */
  answered: SentMail[];
  /** What was not, which its sender has to send again. */
  unanswered: SentMail[];
  /** Sends over so many connections until told to stop or the server is gone; what was not answered first. */
  sendTo(port: number, connections: number): { stop(): Promise<void> };
  /** Sends again, until it is answered, what was not. */
  sendRest(port: number): Promise<void>;
}

/** Mail servers as they are: what was answered 250 they forget, all else they keep and send again, byte for byte. */
export function mailSenders(to: string): Senders {
  const answered: SentMail[] = [];
  const unanswered: SentMail[] = [];
  const next = (): SentMail => unanswered.shift() ?? aMail();

  const deliver = async (client: RawClient, mail: SentMail): Promise<boolean> => {
    if (!(await client.say(`MAIL FROM:<${mail.from}>`)).startsWith("250")) return false;
    const taken = (await client.say(`RCPT TO:<${to}>`)).startsWith("250") && (await client.say("DATA")).startsWith("354");
    if (taken) client.send(mail.message);
    if (taken && (await client.say(".")).startsWith("250")) return true;
    await client.say("RSET");
    return false;
  };

  const session = async (port: number, goOn: () => boolean): Promise<void> => {
    const client = await rawClient(port).catch(() => null);
    if (!client) return;
    let mail: SentMail | null = null;
    try {
      await client.say("EHLO client.example");
      while (goOn()) {
        mail = next();
        if (await deliver(client, mail)) answered.push(mail);
        else unanswered.push(mail);
        mail = null;
      }
    } catch {
      // The server is gone: whether it took the mail is not known.
      if (mail) unanswered.push(mail);
    }
    client.end();
  };

  return {
    answered,
    unanswered,
    sendTo(port, connections) {
      let on = true;
      const sessions = Array.from({ length: connections }, () => session(port, () => on));
      return {
        async stop() {
          on = false;
          await Promise.all(sessions);
        },
      };
    },
    async sendRest(port) {
      while (unanswered.length > 0) await session(port, () => unanswered.length > 0);
    },
  };
}

function aMail(): SentMail {
  const id = newId();
  const message = `From: <${id}@sender.example>\r\nSubject: ${id}\r\n\r\n${`They write every night. ${id}\r\n`.repeat(1 + Math.floor(Math.random() * 200))}`;
  return { from: `${id}@sender.example`, message, sha256: createHash("sha256").update(message).digest("hex") };
}
