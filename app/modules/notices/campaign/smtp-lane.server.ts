import SMTPConnection from "nodemailer/lib/smtp-connection";
import { keptReply, outcomeOf, type Outcome } from "./verdict";

export interface LaneEnvelope {
  from: string;
  to: string;
}

/** One connection to the mail server that sends one message after the other, and is opened anew when it was lost. */
export interface Lane {
  send(envelope: LaneEnvelope, mail: Buffer): Promise<Outcome>;
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

type Fail = (error: Error) => void;

/** @param timeoutMs no message takes longer, whatever the server does */
export function openLane(server: MailServer, timeoutMs: number): Lane {
  let open: SMTPConnection | null = null;
  let fail: Fail | null = null;
  const phase = Math.floor(timeoutMs / 3);

  /** What is asked of the connection, which may be lost instead of answering. */
  const asked = <Answer>(ask: (done: (error: Error | null | undefined, answer?: Answer) => void) => void): Promise<Answer> =>
    new Promise((done, fails) => {
      fail = fails;
      ask((error, answer) => (error ? fails(error) : done(answer as Answer)));
    });

  const cut = (): void => {
    const connection = open;
    open = null;
    connection?.close();
    if (connection?._socket) connection._socket.destroy();
    fail?.(Object.assign(new Error("the connection was cut"), { code: "ETIMEDOUT" }));
  };

  const connect = async (): Promise<SMTPConnection> => {
    const { auth, ...where } = server;
    const connection = new SMTPConnection({ ...where, connectionTimeout: phase, greetingTimeout: phase, dnsTimeout: phase, socketTimeout: phase });
    const lost = (error: Error): void => {
      if (open === connection) open = null;
      fail?.(error);
    };
    connection.on("error", lost);
    connection.once("end", () => lost(Object.assign(new Error("the mail server hung up"), { code: "ECONNECTION" })));
    open = connection;
    await asked((done) => connection.connect(done));
    if (auth) await asked((done) => connection.login({ credentials: auth } as unknown as SMTPConnection.Credentials, done));
    return connection;
  };

  return {
    async send(envelope, mail) {
      let named = false;
      const late = setTimeout(cut, timeoutMs);
      try {
        const connection = open ?? (await connect());
        named = true;
        const dsn = { envid: envelope.from, ret: "HDRS", notify: "FAILURE,DELAY", orcpt: `rfc822;${envelope.to}` } as unknown as SMTPConnection.DSNOptions;
        const { response } = await asked<SMTPConnection.SentMessageInfo>((done) => connection.send({ from: envelope.from, to: [envelope.to], size: mail.length, dsn }, mail, done));
        return { state: "accepted", reply: keptReply(response) };
      } catch (error) {
        const failure = (error ?? {}) as SMTPConnection.SMTPError;
        const connection = open;
        // After an answer the connection is good for the next message; after silence it is not.
        if (failure.responseCode === undefined || !connection) cut();
        else await asked((done) => connection.reset(done)).catch(cut);
        return outcomeOf(failure, named);
      } finally {
        clearTimeout(late);
        fail = null;
      }
    },
    cut,
    quit() {
      const connection = open;
      open = null;
      connection?.quit();
    },
  };
}
