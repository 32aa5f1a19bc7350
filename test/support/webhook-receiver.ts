import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What to answer from now on, for each request in its turn. */
  answer: (request: Received) => { status: number; headers?: Record<string, string>; location?: string; afterMs?: number };
  close(): Promise<void>;
}

/** A real receiver on loopback that keeps what it was sent. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks).toString(), at: performance.now() };
      received.push(one);
      const { status, headers = {}, location, afterMs = 0 } = receiver.answer(one);
      setTimeout(() => response.writeHead(status, { ...headers, ...(location ? { location } : {}) }).end("thank you"), afterMs);
    });
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    answer: () => ({ status: 204 }),
    close: () => {
      server.closeAllConnections();
      return new Promise((settle) => server.close(() => settle()));
    },
  };
  return receiver;
}
