import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** What the server does with one try of one message. */
export type Mood = "take" | "refuse" | "defer" | "drop_in_data" | "drop_after_data" | "slow";

export interface UnrulySink {
  url: string;
  port: number;
  /** How often each Message-ID was taken whole, by address. */
  taken: Map<string, { messageIds: Set<string>; times: number; unanswered: number }>;
  /** Tries of each address. */
  tries: Map<string, number>;
  /** The last message taken for an address, as it came. */
  mailTo(address: string): string | undefined;
  /** How many connections there were at once at most. */
  mostConnections(): number;
  close(): Promise<void>;
}

/**
 * A mail server for many messages that behaves as it is told for each try. It reads a message no further than its Message-ID, and notes
 * it as taken before it answers: what was noted and never answered is what a client cannot know.
 */
export async function startUnrulySink(moodOf: (address: string, tryNumber: number) => Mood = () => "take", { slowMs = 300, keep = false } = {}): Promise<UnrulySink> {
  const taken: UnrulySink["taken"] = new Map();
  const tries = new Map<string, number>();
  const mails = new Map<string, string>();
  let [most, closing] = [0, false];
  const hangUp = (id: string): void => {
    for (const connection of server.connections) if (connection.session.id === id) connection._socket.destroy();
  };
  const failing = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 200,
    onConnect(_session, done) {
      most = Math.max(most, server.connections.size);
      done();
    },
    onRcptTo({ address }, session, done) {
      const number = (tries.get(address) ?? 0) + 1;
      tries.set(address, number);
      const mood = moodOf(address, number);
      (session as unknown as { mood: Mood }).mood = mood;
      if (mood === "refuse") done(failing(550, `5.1.1 no mailbox ${address}`));
      else if (mood === "defer") done(failing(451, "4.7.1 come again later"));
      else done();
    },
    onData(stream, session, done) {
      const { mood } = session as unknown as { mood: Mood };
      const to = session.envelope.rcptTo[0]?.address ?? "";
      const chunks: Buffer[] = [];
      if (mood === "drop_in_data") return void (stream.once("data", () => hangUp(session.id)), stream.on("error", () => undefined), stream.resume());
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const mail = Buffer.concat(chunks).toString("latin1");
        const messageId = /^Message-ID: (\S+)/m.exec(mail)?.[1] ?? "";
        const before = taken.get(to) ?? { messageIds: new Set<string>(), times: 0, unanswered: 0 };
        before.messageIds.add(messageId);
        before.times += 1;
        taken.set(to, before);
        if (keep) mails.set(to, mail);
        if (mood === "drop_after_data") {
          before.unanswered += 1;
          hangUp(session.id);
        } else if (mood === "slow") setTimeout(() => done(null, "2.0.0 queued at last"), slowMs);
        else done(null, "2.0.0 queued");
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    taken,
    tries,
    mailTo: (address) => mails.get(address),
    mostConnections: () => most,
    close: () => new Promise((resolve) => (closing ? resolve() : ((closing = true), server.close(() => resolve())))),
  };
}
