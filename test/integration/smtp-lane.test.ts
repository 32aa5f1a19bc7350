import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { octetsOf } from "~/modules/notices/campaign/smtp-dialogue.server";
import { openLane, type Lane, type Letter, type MailServer } from "~/modules/notices/campaign/smtp-lane.server";

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function laneTo(server: Pick<MailServer, "port"> & Partial<MailServer>, timeoutMs = 6_000): Lane {
  const lane = openLane({ host: "127.0.0.1", secure: false, ...server }, timeoutMs);
  closing.unshift(() => lane.cut());
  return lane;
}

interface Scripted {
  port: number;
  /** What came in one piece after another, by connection. */
  heard: string[][];
  /** Whole messages it answered with 2xx. */
  taken: string[];
  sockets: Socket[];
}

/** A mail server that answers by a script: `reply` may say something else than success to a command, or to a message ("."). */
async function scripted({ extensions = ["PIPELINING"], reply = () => undefined, send = (socket: Socket, text: string) => void socket.write(text) }: { extensions?: string[]; reply?: (command: string, connection: number) => string | null | undefined; send?: (socket: Socket, text: string) => void } = {}): Promise<Scripted> {
  const at: Scripted = { port: 0, heard: [], taken: [], sockets: [] };
  const usual = (command: string): string => (command === "DATA" ? "354 go on" : command.startsWith("EHLO") ? ["250-here", ...extensions.map((one) => `250-${one}`), "250 HELP"].join("\r\n") : "250 2.0.0 fine");
  const server: Server = createServer((socket) => {
    const connection = at.sockets.push(socket) - 1;
    const heard: string[] = [];
    at.heard.push(heard);
    let [rest, message]: [string, string | null] = ["", null];
    const say = (command: string): void => {
      const said = reply(command, connection);
      if (said === null) return void socket.destroy();
      const text = said ?? usual(command);
      if (command === "DATA" && text.startsWith("354")) message = "";
      if (command === "." && text.startsWith("2")) at.taken.push(message!);
      if (command === ".") message = null;
      send(socket, `${text}\r\n`);
    };
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard.push(chunk.toString());
      rest += chunk.toString();
      for (let end = rest.indexOf("\r\n"); end >= 0; end = rest.indexOf("\r\n")) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (message === null) say(line);
        else if (line === ".") say(".");
        else message += `${line.replace(/^\./, "")}\r\n`;
      }
    });
    send(socket, "220 scripted\r\n");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  at.port = (server.address() as AddressInfo).port;
  closing.push(() => new Promise((done) => {
    for (const socket of at.sockets) socket.destroy();
    server.close(() => done());
  }));
  return at;
}

const letter = (n: number, mail = `Subject: ${n}\r\n\r\nHello ${n}\r\n`): Letter => ({ from: `bounce+${n}@rules.example`, to: `owner-${n}@shop.example`, mail });
const accepted = { state: "accepted", reply: "250 2.0.0 fine" };

test("the next message is named in one piece with the end of the one before it, and nothing else goes ahead of its answer", async () => {
  const server = await scripted();
  const lane = laneTo(server);
  const [one, two, three] = [letter(1), letter(2), letter(3)];
  expect([await lane.send(one, two), await lane.send(two, three), await lane.send(three)]).toEqual([accepted, accepted, accepted]);
  const envelope = (n: number) => `MAIL FROM:<bounce+${n}@rules.example>\r\nRCPT TO:<owner-${n}@shop.example>\r\nDATA\r\n`;
  expect(server.heard).toEqual([[expect.stringMatching(/^EHLO /), envelope(1), `${one.mail}.\r\n${envelope(2)}`, `${two.mail}.\r\n${envelope(3)}`, `${three.mail}.\r\n`]]);
  expect(server.taken).toEqual([one.mail, two.mail, three.mail]);
});

test("to a server that does not know pipelining one command goes at a time", async () => {
  const server = await scripted({ extensions: [] });
  const lane = laneTo(server);
  const [one, two] = [letter(1), letter(2)];
  expect([await lane.send(one, two), await lane.send(two)]).toEqual([accepted, accepted]);
  const each = (n: number) => [`MAIL FROM:<bounce+${n}@rules.example>\r\n`, `RCPT TO:<owner-${n}@shop.example>\r\n`, "DATA\r\n", `${letter(n).mail}.\r\n`];
  expect(server.heard).toEqual([[expect.stringMatching(/^EHLO /), ...each(1), ...each(2)]]);
});

describe.each([[["PIPELINING"]], [[]]])("with the extensions %j", (extensions) => {
  test.each([
    ["RCPT TO:<owner-1@shop.example>", "550 5.1.1 no such user", { state: "refused", reply: "550 5.1.1 no such user" }],
    ["RCPT TO:<owner-1@shop.example>", "451-4.7.1 come\r\n451 4.7.1 again", { state: "deferred", reply: "451-4.7.1 come 451 4.7.1 again", wasAnswered: true }],
    ["MAIL FROM:<bounce+1@rules.example>", "550 who are you", { state: "unsent", reply: "550 who are you" }],
    ["DATA", "554 no valid recipients", { state: "refused", reply: "554 no valid recipients" }],
    [".", "552 too much", { state: "refused", reply: "552 too much" }],
  ])("after %s was answered %j the same connection takes the next message, and the refused one reached nobody", async (command, said, outcome) => {
    let isFirst = true;
    const server = await scripted({ extensions, reply: (given) => (given === command && isFirst ? ((isFirst = false), said) : undefined) });
    const lane = laneTo(server);
    const [one, two] = [letter(1), letter(2)];
    expect(await lane.send(one, two)).toEqual(outcome);
    expect(await lane.send(two)).toEqual(accepted);
    expect(server.taken.filter((mail) => mail !== "")).toEqual([two.mail]);
    expect(server.heard).toHaveLength(1);
  });
});

test("lines that begin with a dot arrive as they are", async () => {
  const server = await scripted();
  const mail = ".\r\n..two\r\n\r\n.\r\nQUIT\r\n";
  expect(await laneTo(server).send(letter(1, mail))).toEqual(accepted);
  expect(server.taken).toEqual([mail]);
});

test("replies may come byte by byte, in several lines", async () => {
  const server = await scripted({
    reply: (command) => (command === "." ? "250-2.0.0 one\r\n250 2.0.0 two" : undefined),
    send: (socket, text) => {
      for (const sign of text) socket.write(sign);
    },
  });
  const lane = laneTo(server);
  expect(await lane.send(letter(1), letter(1))).toMatchObject({ state: "accepted", reply: "250-2.0.0 one 250 2.0.0 two" });
});

test("a message that was named and is not sent after all reaches nobody: its connection is cut and the next one has its own", async () => {
  const server = await scripted();
  const lane = laneTo(server);
  await lane.send(letter(1), letter(2));
  expect(await lane.send(letter(3))).toEqual(accepted);
  expect(server.taken).toEqual([letter(1).mail, letter(3).mail]);
  expect(server.heard).toHaveLength(2);
});

test("silence after a message may mean that it was taken; a connection that was lost or ended in between is opened anew", async () => {
  let first = true;
  const server = await scripted({ reply: (command) => (command === "." && first ? ((first = false), null) : undefined) });
  const lane = laneTo(server);
  expect(await lane.send(letter(1), letter(2))).toMatchObject({ state: "deferred", wasAnswered: false });
  expect(await lane.send(letter(2))).toEqual(accepted);
  const last = server.sockets.at(-1)!;
  last.write("421 4.3.2 closing\r\n");
  await new Promise((gone) => last.once("close", gone));
  expect(await lane.send(letter(3))).toEqual(accepted);
  expect(server.heard).toHaveLength(3);
});

test.each([
  ["that says what is no reply", "hello there"],
  ["that never comes to an end", `250-${"x".repeat(70_000)}\r\n250-${"x".repeat(70_000)}`],
  ["that says goodbye", "421 4.3.2 closing"],
])("a server %s is hung up on", async (_what, said) => {
  const server = await scripted({ reply: (command, connection) => (command.startsWith("RCPT") && connection === 0 ? said : undefined) });
  const lane = laneTo(server);
  expect((await lane.send(letter(1))).state).toBe("deferred");
  expect(await lane.send(letter(2))).toEqual(accepted);
  expect(server.taken).toEqual([letter(2).mail]);
});

test("a server that wants no more from us has said nothing about the message", async () => {
  const server = await scripted({ reply: (command, connection) => (command.startsWith("MAIL") && connection === 0 ? "421 4.7.0 too many" : connection === 0 && command.startsWith("RCPT") ? null : undefined) });
  const lane = laneTo(server);
  expect(await lane.send(letter(1))).toEqual({ state: "unsent", reply: "421 4.7.0 too many" });
  expect(await lane.send(letter(1))).toEqual(accepted);
});

test("a server that never answers costs one message its time, and the lane goes on", async () => {
  const server = await scripted({ reply: (command, connection) => (command === "." && connection === 0 ? "" : undefined), send: (socket, text) => void (text === "\r\n" || socket.write(text)) });
  const lane = laneTo(server, 600);
  expect(await lane.send(letter(1))).toMatchObject({ state: "deferred", wasAnswered: false });
  expect(await lane.send(letter(2))).toEqual(accepted);
});

test("an address never becomes a second command", async () => {
  const server = await scripted();
  const lane = laneTo(server);
  expect((await lane.send({ ...letter(1), to: "a@b.example>\r\nRCPT TO:<eve@evil.example" })).state).not.toBe("accepted");
  expect(server.heard.flat().join("")).not.toContain("evil");
});

test("size, what a bounce names and addresses beyond ASCII are told to servers that know of them", async () => {
  const server = await scripted({ extensions: ["PIPELINING", "SIZE 1000", "DSN", "SMTPUTF8"] });
  expect(await laneTo(server).send({ from: "bounce+1@rules.example", to: "ñ=a@shop.example", mail: octetsOf("ñ\r\n") })).toEqual(accepted);
  expect(server.heard[0]![1]).toBe(
    "MAIL FROM:<bounce+1@rules.example> SIZE=4 SMTPUTF8 RET=HDRS ENVID=bounce+2B1@rules.example\r\nRCPT TO:<ñ=a@shop.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;+C3+B1+3Da@shop.example\r\nDATA\r\n",
  );
});

test("it logs in, and goes on beneath TLS that the server offers", async () => {
  const trusted = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  const taken: [string, string | undefined, boolean][] = [];
  const server = new SMTPServer({
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) => (password === "right" ? done(null, { user: username! }) : done(new Error("no"))),
    onData(stream, { user, secure, envelope }, done) {
      stream.on("end", () => (taken.push([envelope.rcptTo[0]!.address, user as string, secure]), done()));
      stream.resume();
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => new Promise((done) => server.close(() => done())));
  const { port } = server.server.address() as AddressInfo;
  // The server's certificate is its own.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    const lane = laneTo({ port, auth: { user: "console", pass: "right" } });
    const [one, two] = [letter(1), letter(2)];
    expect([(await lane.send(one, two)).state, (await lane.send(two)).state]).toEqual(["accepted", "accepted"]);
    expect(taken).toEqual([[one.to, "console", true], [two.to, "console", true]]);
    expect((await laneTo({ port, auth: { user: "console", pass: "wrong" } }).send(letter(3))).state).toBe("unsent");
  } finally {
    if (trusted === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = trusted;
  }
});
