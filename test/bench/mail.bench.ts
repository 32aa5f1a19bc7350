import { connect, type Socket } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "~/infra/id";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { aPlatform } from "../factories/platform";
import { benchDatabase } from "./enforcement/bench-gate";
import { median, report, rounds } from "./harness";
import type { Suite } from "./run";

const connections = 32;
const bytesEach = 8_000;

/** A connection that sends one mail after the other, with as few words as SMTP lets it (RFC 2920). */
interface Sender {
  send(message: string): Promise<void>;
  end(): void;
}

function sender(port: number, to: string): Promise<Sender> {
  return new Promise((settle, fail) => {
    let heard = "";
    let awaited = 0;
    let answered: (() => void) | null = null;
    let lost: (error: Error) => void = fail;
    /** Waits for so many answers, all of which must be good. */
    const answers = (count: number): Promise<void> => new Promise((done, hungUp) => ((awaited = count), (answered = done), (lost = hungUp), look()));
    const look = (): void => {
      for (let end = heard.indexOf("\r\n"); end >= 0 && awaited > 0; end = heard.indexOf("\r\n")) {
        const line = heard.slice(0, end);
        heard = heard.slice(end + 2);
        if (!/^[23]/.test(line)) return lost(new Error(`the server answered ${line}`));
        if (line[3] === " ") awaited -= 1;
      }
      if (awaited === 0) answered?.();
    };
    const socket: Socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true).setEncoding("latin1").on("error", (error) => lost(error)).on("close", () => lost(new Error("the server hung up")));
    socket.on("data", (text: string) => ((heard += text), look()));
    const hello = async (): Promise<void> => {
      await answers(1);
      socket.write("EHLO bench.example\r\n");
      await answers(1);
      settle({
        async send(message) {
          socket.write(`MAIL FROM:<ana@sender.example>\r\nRCPT TO:<${to}>\r\nDATA\r\n`);
          await answers(3);
          socket.write(`${message}.\r\n`);
          await answers(1);
        },
        end: () => (socket.removeAllListeners("close"), socket.destroy()),
      });
    };
    hello().catch(fail);
  });
}

async function crowd(port: number, to: string) {
  const senders = await Promise.all(Array.from({ length: connections }, () => sender(port, to)));
  return {
    /** @returns the milliseconds it took to have them all answered */
    async send(messages: string[]): Promise<number> {
      const startedAt = performance.now();
      await Promise.all(
        senders.map(async ({ send }) => {
          for (let message = messages.pop(); message !== undefined; message = messages.pop()) await send(message);
        }),
      );
      return performance.now() - startedAt;
    },
    end: () => senders.forEach(({ end }) => end()),
  };
}

const aMessage = (): string => `From: Ana <ana@sender.example>\r\nTo: abuse@bench.example\r\nSubject: ${newId()}\r\n\r\n${"They write to me every night, and nobody stops it.\r\n".repeat(bytesEach / 51)}`;

/**
 * Mail taken for good, on a database that syncs, beside a bare smtp-server that writes the same bytes to a file and syncs it:
 * ours adds the seal, the address by hash, the name in its folder, the row, its chain of custody and the audit entry.
 */
export const mailDoor: Suite = async ({ quick }) => {
  const dir = await mkdtemp(join(tmpdir(), "console-bench-mail-"));
  const cluster = await startPostgres({ dir: join(dir, "postgres"), password: "bench", durable: true, maxConnections: 50 });
  const bench = await benchDatabase(cluster.url("postgres"), "mail");
  try {
    await aPlatform(bench.deps, { key: "bench" });
    const [ours, bare] = [await crowd(await bench.spawn("mail"), "abuse@bench.example"), await crowd(await bench.spawn("bare-mail", join(dir, "bare")), "abuse@bench.example")];
    const count = quick ? 400 : 2_000;
    const batch = () => Array.from({ length: count }, aMessage);
    const pairs: { ours: number; bare: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const first = round % 2 === 0 ? await bare.send(batch()) : null;
      const taken = await ours.send(batch());
      // The first round is warmth.
      if (round > 0) pairs.push({ ours: taken, bare: first ?? (await bare.send(batch())) });
    }
    ours.end();
    bare.end();
    const stored = await bench.deps.db.receivedMail.count();
    return report(`Mail in, durable: ${bytesEach} bytes each over ${connections} connections`, [
      { what: "mails a second, ours ÷ bare smtp-server with fsync", value: median(pairs.map((pair) => pair.bare / pair.ours)), atLeast: 0.4 },
      { what: "mails a second, ours", value: median(pairs.map((pair) => (count * 1_000) / pair.ours)) },
      { what: "mails a second, bare", value: median(pairs.map((pair) => (count * 1_000) / pair.bare)) },
      { what: "stored ÷ sent", value: stored / ((rounds + 1) * count), atLeast: 1, atMost: 1 },
    ]);
  } finally {
    await bench.close();
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
};
