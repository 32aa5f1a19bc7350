import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { postOutbound } from "./post-outbound.server";

/** A receiver that says what it likes as soon as it is asked, and what came of asking it. */
async function asked(answer: (socket: Socket) => void, timeoutMs = 60_000) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.once("data", () => answer(socket));
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`);
  try {
    return await postOutbound({ url, headers: {}, body: "{}", timeoutMs, loopbackAllowed: true });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((settle) => server.close(() => settle()));
  }
}

/** Goes on for as long as anybody listens. */
function endlessly(socket: Socket, text: string): void {
  const more = (): void => void (!socket.destroyed && socket.write(text, () => setImmediate(more)));
  more();
}

/** A little of it every twentieth of a second. */
function bitByBit(socket: Socket, bits: Iterable<string>): void {
  const rest = bits[Symbol.iterator]();
  const timer = setInterval(() => {
    const next = rest.next();
    if (!next.done) socket.write(next.value);
  }, 50);
  socket.once("close", () => clearInterval(timer));
}

test.each<[string, (socket: Socket) => void, { status: number | null; error: string | null }]>([
  ["a body without an end", (socket) => (socket.write("HTTP/1.1 200 OK\r\n\r\n"), endlessly(socket, "x".repeat(65_536))), { status: 200, error: null }],
  ["a head without an end", (socket) => (socket.write("HTTP/1.1 200 OK\r\n"), endlessly(socket, `x-more: ${"x".repeat(1_000)}\r\n`)), { status: null, error: "HPE_HEADER_OVERFLOW" }],
  ["a switch of protocols nobody asked for", (socket) => void socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"), { status: null, error: "no_answer" }],
  ["no HTTP at all", (socket) => void socket.end("SSH-2.0-nobody\r\n"), { status: null, error: "HPE_INVALID_CONSTANT" }],
  ["nothing but goodbye", (socket) => void socket.end(), { status: null, error: "ECONNRESET" }],
  ["a note that it is working on it, then an answer", (socket) => void socket.end("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), { status: 204, error: null }],
  ["a redirect to a private address", (socket) => void socket.end("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"), { status: 307, error: null }],
])("a receiver that answers with %s is done with", async (_what, answer, outcome) => {
  expect(await asked(answer)).toMatchObject(outcome);
});

test.each<[string, (socket: Socket) => void]>([
  ["never answers", () => undefined],
  ["answers letter by letter", (socket) => bitByBit(socket, "HTTP/1.1 200 OK\r\nx-more: and more and more")],
  ["announces an answer for ever", (socket) => bitByBit(socket, Array.from({ length: 100 }, () => "HTTP/1.1 102 Processing\r\n\r\n"))],
])("a receiver that %s is given up after its time", async (_what, answer) => {
  expect(await asked(answer, 300)).toMatchObject({ status: null, error: "timeout" });
});
