import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import type { Deps } from "~/infra/deps.server";
import type { MailSettings } from "~/infra/mail-settings";
import { startMailListener, type MailListener, type MailPatience } from "~/smtp/mail-listener";

/** The listener on a free port of loopback. */
export const openMailDoor = (deps: Deps, settings: Partial<MailSettings> = {}, patience?: MailPatience): Promise<MailListener> =>
  startMailListener(deps, { ...deps.config.mail, port: 0, ...settings }, patience);

/** Runs swaks against it, and says how it ended with all that was said. */
export async function swaks(port: number, ...args: string[]): Promise<{ code: number; talk: string }> {
  const child = spawn("swaks", ["--server", "127.0.0.1", "--port", String(port), "--helo", "client.example", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let talk = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (talk += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, talk };
}

/** A client that says byte for byte what it is told. */
export interface RawClient {
  socket: Socket;
  send(bytes: string | Buffer): void;
  /** The next complete answer. */
  answer(): Promise<string>;
  /** Sends a line and waits for its answer. */
  say(line: string): Promise<string>;
  end(): void;
  /** Resolves when the connection is over. */
  gone: Promise<void>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const client = talkOver(socket);
  await client.answer();
  return client;
}

/** The same client goes on inside TLS, whoever's certificate it is. */
export async function inTls({ socket }: RawClient): Promise<RawClient> {
  socket.removeAllListeners("data");
  const secured = connectTls({ socket, rejectUnauthorized: false });
  await once(secured, "secureConnect");
  return talkOver(secured);
}

function talkOver(socket: Socket): RawClient {
  let heard = "";
  let over = false;
  socket.on("data", (bytes: Buffer) => (heard += bytes.toString("latin1")));
  socket.on("error", () => undefined);
  const gone = new Promise<void>((resolve) => socket.once("close", () => ((over = true), resolve())));
  const client: RawClient = {
    socket,
    send: (bytes) => void socket.write(bytes),
    async answer() {
      for (;;) {
        const whole = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(heard);
        if (whole) {
          heard = heard.slice(whole[0].length);
          return whole[0].trimEnd();
        }
        if (over) throw new Error("the server hung up");
        await sleep(2);
      }
    },
    say(line) {
      client.send(`${line}\r\n`);
      return client.answer();
    },
    end: () => void socket.destroy(),
    gone,
  };
  return client;
}

/** Up to DATA, which was answered 354. */
export async function readyForData(port: number, { from = "ana@sender.example", to }: { from?: string; to: readonly string[] }): Promise<RawClient> {
  const client = await rawClient(port);
  await client.say("EHLO client.example");
  await client.say(`MAIL FROM:<${from}>`);
  for (const address of to) await client.say(`RCPT TO:<${address}>`);
  await client.say("DATA");
  return client;
}
