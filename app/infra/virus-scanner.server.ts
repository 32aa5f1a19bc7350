import { connect, type Socket } from "node:net";

export type ScanResult = { verdict: "clean" } | { verdict: "infected"; signature: string };

export interface VirusScanner {
  /** @throws ScannerAway when there is no verdict, whoever is to blame: the file is scanned another time */
  scan(content: AsyncIterable<Uint8Array>): Promise<ScanResult>;
  /** Whether it is there at all: then what it gave no verdict on is to blame, such as a file that is too large for it. */
  answers(): Promise<boolean>;
}

export class ScannerAway extends Error {
  override readonly name = "ScannerAway";
}

/** By its name: the pages' bundle has a copy of this class, and is given a scanner that throws the other. */
export const isScannerAway = (error: unknown): boolean => error instanceof Error && error.name === "ScannerAway";

/** Where clamd listens. */
export type ClamdAddress = { host: string; port: number } | { path: string };

/** `tcp://host:port` or `unix:/path`. Null: neither. */
export function parseClamdAddress(text: string): ClamdAddress | null {
  const path = /^unix:(?:\/\/)?(\/[^\0]+)$/.exec(text)?.[1];
  if (path) return { path };
  const tcp = /^tcp:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text);
  return tcp ? { host: tcp[1]!.replace(/^\[|\]$/g, ""), port: Number(tcp[2] ?? 3310) } : null;
}

const mostReplyBytes = 4_096;

/**
 * A client of clamd's INSTREAM (clamd(8)): each piece behind its length, an empty one at the end, one line back. A client of our own, because
 * the known ones hold a file in memory or on disk, look for programs on this machine, or wait without end.
 *
 * @param patience milliseconds without a word or a byte taken until it counts as away
 */
export function createClamd(address: ClamdAddress, patience = 60_000): VirusScanner {
  const call = (): Socket => {
    const socket = connect({ ...address });
    return socket.setTimeout(patience, () => socket.destroy(new ScannerAway("clamd said nothing for too long")));
  };
  return {
    async answers() {
      const socket = call();
      try {
        const reply = replyOf(socket);
        socket.write("zPING\0");
        return (await reply) === "PONG";
      } catch {
        return false;
      } finally {
        socket.destroy();
      }
    },
    async scan(content) {
      const socket = call();
      const reply = replyOf(socket);
      // Whoever fails first is told of; the other is only the consequence.
      reply.catch(() => undefined);
      try {
        await Promise.race([sendAll(socket, content), reply]);
        return verdictOf(await reply);
      } finally {
        socket.destroy();
      }
    },
  };
}

async function sendAll(socket: Socket, content: AsyncIterable<Uint8Array>): Promise<void> {
  await write(socket, Buffer.from("zINSTREAM\0"));
  for await (const piece of content) {
    if (piece.byteLength === 0) continue;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.byteLength);
    await write(socket, Buffer.concat([length, piece]));
  }
  await write(socket, Buffer.alloc(4));
}

/** Waits until the bytes are taken, so that memory does not grow with the file. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => socket.write(bytes, (error) => (error ? reject(new ScannerAway("clamd hung up", { cause: error })) : resolve())));
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const away = (why: string, cause?: Error) => reject(cause instanceof ScannerAway ? cause : new ScannerAway(why, { cause }));
    socket.on("data", (bytes) => {
      said += bytes.toString("utf8");
      const end = said.indexOf("\0");
      if (end >= 0) resolve(said.slice(0, end));
      else if (said.length > mostReplyBytes) away("clamd talks without end");
    });
    socket.on("error", (error) => away("clamd cannot be reached", error));
    socket.on("close", () => away("clamd hung up without a verdict"));
  });
}

function verdictOf(reply: string): ScanResult {
  if (reply === "stream: OK") return { verdict: "clean" };
  const signature = /^stream: (.{1,200}) FOUND$/.exec(reply)?.[1];
  if (signature) return { verdict: "infected", signature };
  throw new ScannerAway(`clamd has no verdict: ${reply.slice(0, 200)}`);
}
