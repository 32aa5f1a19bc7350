import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import tlsOptions from "smtp-server/lib/tls-options.js";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { signAddress } from "~/infra/signed-address.server";
import { createLocalFileStore, readWhole } from "~/infra/storage.server";
import { envelopeOf } from "~/modules/inbound-mail/open-envelope.server";
import type { MailListener } from "~/smtp/mail-listener";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { inTls, openMailDoor, rawClient, readyForData, swaks } from "../support/mail-door";
import { mutated } from "../support/mail-mutations";
import { sampleMails } from "../support/mails";
import { tcpGate } from "../support/tcp-gate";

let database: TestDatabase;
let deps: TestDeps;
let flows: Awaited<ReturnType<typeof aPlatform>>;
let chat: typeof flows;
let folder: string;
const open: MailListener[] = [];

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  flows = await aPlatform(deps, { key: "flows" });
  chat = await aPlatform(deps, { key: "chat" });
  folder = await mkdtemp(join(tmpdir(), "console-mail-"));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close(1_000)));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function door(...[settings, patience, on = deps]: [...Parameters<typeof openMailDoor> extends [unknown, ...infer Rest] ? Rest : never, TestDeps?]): Promise<number> {
  const listener = await openMailDoor(on, settings, patience);
  open.push(listener);
  return listener.port;
}

/** A message that no other is like. */
const aMessage = (body = "They write to me every night.") => `From: Ana <ana@sender.example>\r\nTo: abuse@flows.example\r\nSubject: Spam\r\nMessage-ID: <${newId()}@sender.example>\r\n\r\n${body}\r\n`;
const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");
const mailsOf = (bytes: string | Buffer) => deps.db.receivedMail.findMany({ where: { sha256: sha256(bytes) }, orderBy: { id: "asc" }, include: { original: { include: { custody: true } } } });

async function send(port: number, message: string | Buffer, to: readonly string[] = ["abuse@flows.example"], from?: string): Promise<string> {
  const client = await readyForData(port, { from, to });
  client.send(message);
  const answer = await client.say(".");
  client.end();
  return answer;
}

test("a mail by swaks is stored byte for byte, with its row, its chain of custody, an audit entry and what comes next", async () => {
  const port = await door();
  const message = aMessage();
  const file = join(folder, "message.eml");
  await writeFile(file, message);
  const { code, talk } = await swaks(port, "--from", "Ana@Sender.example", "--to", "Abuse@Flows.example", "--data", `@${file}`);
  expect([code, talk]).toEqual([0, expect.stringContaining("250 2.6.0 Stored")]);
  const [stored] = await deps.db.receivedMail.findMany({ orderBy: { id: "desc" }, take: 1, include: { original: { include: { custody: true } } } });
  const bytes = await readWhole(deps.storage, stored!.sha256);
  expect(bytes.toString()).toContain(message.slice(0, message.lastIndexOf("\r\n")));
  expect(stored).toMatchObject({ platformId: flows.id, source: "smtp", role: "abuse", state: "received", recipients: ["abuse@flows.example"], refersTo: null, kind: null, sha256: sha256(bytes), size: bytes.length, acknowledged: false });
  expect(stored!.senderHash).toBe(deps.crypto.lookup("ana@sender.example", "email"));
  expect(envelopeOf(deps.crypto, stored!.envelopeSealed)).toEqual({ from: "Ana@Sender.example", remoteAddress: "127.0.0.1", helo: "client.example", tls: false, envelopeId: null });
  expect(stored!.original).toMatchObject({ sha256: stored!.sha256, size: bytes.length, mediaType: "message/rfc822", reportId: null, appealId: null });
  expect(stored!.original!.custody).toMatchObject([{ step: "received", sha256: stored!.sha256, actorKind: "public" }]);
  const audited = await deps.db.auditEntry.findMany({ where: { type: "mail.received", platformId: flows.id }, orderBy: { id: "desc" }, take: 1 });
  expect(JSON.parse(audited[0]!.body)).toMatchObject({ facts: { mailId: stored!.id, sha256: stored!.sha256, role: "abuse" } });
  expect(JSON.stringify(audited)).not.toContain("sender.example");
  const staged = await deps.db.outboxMessage.findMany({ where: { topic: "mail.received" } });
  expect(staged.map((row) => row.payload)).toContainEqual({ mailId: stored!.id });
});

test("nodemailer's mail comes out as it went in: lines of dots, eight-bit text and no line end at the end", async () => {
  const port = await door();
  const transport = createTransport({ host: "127.0.0.1", port, secure: false, ignoreTLS: true });
  const raw = Buffer.from(`From: a@b.example\r\nSubject: ${newId()}\r\n\r\n.\r\n..\r\n...dots\r\nGrüße, 日本語 \u0000\r\n.\r\nend`);
  const sent = await transport.sendMail({ envelope: { from: "a@b.example", to: ["appeals@flows.example"] }, raw });
  transport.close();
  expect(sent.accepted).toEqual(["appeals@flows.example"]);
  // SMTP ends every line, so the last one got its end.
  const bytes = Buffer.concat([raw, Buffer.from("\r\n")]);
  const [stored] = await mailsOf(bytes);
  expect(stored).toMatchObject({ role: "appeals", size: bytes.length });
  expect((await readWhole(deps.storage, stored!.sha256)).equals(bytes)).toBe(true);
});

test("is sent again because its answer was lost: one mail; another envelope: another", async () => {
  const port = await door();
  const message = aMessage();
  for (let time = 0; time < 2; time += 1) expect(await send(port, message)).toMatch(/^250 /);
  expect(await Promise.all(Array.from({ length: 8 }, () => send(port, message)))).toEqual(Array(8).fill(expect.stringMatching(/^250 /)));
  expect(await mailsOf(message)).toHaveLength(1);
  expect(await send(port, message, ["support@flows.example"])).toMatch(/^250 /);
  expect(await send(port, message, undefined, "other@sender.example")).toMatch(/^250 /);
  expect(await mailsOf(message)).toHaveLength(3);
  expect(new Set((await mailsOf(message)).map(({ original }) => original?.fileName)).size).toBe(3);
  expect(await send(port, message, ["security@flows.example", "abuse@chat.example", "appeals@flows.example"], "")).toMatch(/^250 /);
  const both = (await mailsOf(message)).slice(3);
  expect(both.map(({ platformId, role, recipients, senderHash }) => ({ platformId, role, recipients, senderHash })).sort((a, b) => a.role.localeCompare(b.role))).toEqual([
    { platformId: chat.id, role: "abuse", recipients: ["abuse@chat.example"], senderHash: null },
    { platformId: flows.id, role: "appeals", recipients: ["appeals@flows.example", "security@flows.example"], senderHash: null },
  ]);
});

test("signed addresses are taken, forged ones and strangers are not, and nothing is relayed", async () => {
  const port = await door();
  const reply = signAddress(deps.crypto, { purpose: "case", names: "R-7F3K-92QD" }, "flows.example");
  const notice = newId();
  const bounce = signAddress(deps.crypto, { purpose: "bounce", names: notice }, "flows.example");
  const client = await rawClient(port);
  await client.say("EHLO client.example");
  await client.say("MAIL FROM:<ana@sender.example>");
  for (const address of ["victim@elsewhere.example", "sales@flows.example", reply.replace("7f3k", "7f3m"), "case+r-7f3k-92qd@flows.example", "victim%elsewhere.example@flows.example", '"abuse@flows.example"@elsewhere.example']) {
    expect([address, await client.say(`RCPT TO:<${address}>`)]).toEqual([address, expect.stringMatching(/^5\d\d /)]);
  }
  expect(await client.say("DATA")).toMatch(/^503 /);
  for (const address of [reply.toUpperCase(), bounce]) expect(await client.say(`RCPT TO:<${address}>`)).toMatch(/^250 /);
  await client.say("DATA");
  const message = aMessage();
  client.send(message);
  expect(await client.say(".")).toMatch(/^250 /);
  expect(await mailsOf(message)).toMatchObject([{ role: "bounce", refersTo: notice, recipients: [bounce, reply.toLowerCase()].sort() }]);
  for (const command of ["AUTH PLAIN AGEAYg==", "XCLIENT ADDR=10.0.0.1", "WIZ x"]) expect(await client.say(command)).toMatch(/^5\d\d /);
  client.end();
});

test("a recipient that is named again and again is one, and a dot behind a bare LF stays", async () => {
  const port = await door();
  const client = await rawClient(port);
  await client.say("EHLO client.example");
  expect(await client.say("MAIL FROM:<ana@sender.example>")).toMatch(/^250 /);
  client.send("RCPT TO:<abuse@flows.example>\r\n".repeat(300));
  for (let answer = 0; answer < 300; answer += 1) expect(await client.answer()).toMatch(/^250 /);
  await client.say("DATA");
  const message = aMessage("a\n..b\n.\r\n");
  client.send(stuffed(Buffer.from(message)));
  expect(await client.say(".")).toMatch(/^250 /);
  client.end();
  expect(await mailsOf(message)).toMatchObject([{ recipients: ["abuse@flows.example"] }]);
});

test("what it keeps of the recipients of one mail is not taken into the next", async () => {
  const port = await door();
  const client = await readyForData(port, { to: ["abuse@flows.example"] });
  client.send(aMessage());
  await client.say(".");
  await client.say("MAIL FROM:<ana@sender.example>");
  await client.say("RCPT TO:<abuse@chat.example>");
  await client.say("RSET");
  await client.say("MAIL FROM:<ana@sender.example>");
  await client.say("RCPT TO:<support@chat.example>");
  await client.say("DATA");
  const message = aMessage();
  client.send(message);
  await client.say(".");
  client.end();
  expect(await mailsOf(message)).toMatchObject([{ platformId: chat.id, recipients: ["support@chat.example"] }]);
});

test.each([
  ["\\n.\\n", "\n.\n"],
  ["\\n.\\r\\n", "\n.\r\n"],
  ["\\r.\\r", "\r.\r"],
  ["\\r\\n.\\n", "\r\n.\n"],
  ["\\r\\n.\\r", "\r\n.\rx"],
  ["\\r.\\r\\n", "\r.\r\n"],
  ["\\n.\\r", "\n.\rx"],
  ["\\r\\n\\0.\\r\\n", "\r\n\0.\r\n"],
])("%s does not end a message, so nobody smuggles another behind it", async (_what, end) => {
  const port = await door();
  const message = `${aMessage().trimEnd()}${end}MAIL FROM:<smuggled@evil.example>\r\nRCPT TO:<abuse@flows.example>\r\nDATA\r\n${aMessage("smuggled")}`;
  const client = await readyForData(port, { to: ["abuse@flows.example"] });
  // In the smallest pieces around the end: how it is cut up must not matter.
  const at = message.indexOf(end);
  client.socket.setNoDelay(true);
  client.send(message.slice(0, at));
  for (const sign of message.slice(at, at + end.length + 3)) {
    client.send(sign);
    await new Promise((soon) => setImmediate(soon));
  }
  client.send(message.slice(at + end.length + 3));
  expect(await client.say(".")).toMatch(/^250 /);
  expect(await client.say("NOOP")).toMatch(/^250 /);
  client.end();
  expect(await mailsOf(message)).toHaveLength(1);
  expect((await readWhole(deps.storage, sha256(message))).toString()).toBe(message);
});

test("an address in UTF-8 is taken from who asked for it, and refused by its name from who did not", async () => {
  const client = await rawClient(await door());
  expect(await client.say("EHLO client.example")).toContain("SMTPUTF8");
  for (const address of ["ána@sender.example", "ana@séndér.example"]) expect([address, await client.say(`MAIL FROM:<${address}>`)]).toEqual([address, expect.stringMatching(/^553 5\.6\.7 /)]);
  expect(await client.say("MAIL FROM:<ana@sender.example>")).toMatch(/^250 /);
  expect(await client.say("RCPT TO:<abúse@flows.example>")).toMatch(/^553 5\.6\.7 /);
  await client.say("RSET");
  expect(await client.say("MAIL FROM:<ána@sender.example> SMTPUTF8")).toMatch(/^250 /);
  expect(await client.say("RCPT TO:<abúse@flows.example>")).toMatch(/^550 5\.1\.1 /);
  expect(await client.say("RCPT TO:<abuse@flows.example>")).toMatch(/^250 /);
  await client.say("DATA");
  const message = aMessage();
  client.send(message);
  expect(await client.say(".")).toMatch(/^250 /);
  const [mail] = await mailsOf(message);
  expect(envelopeOf(deps.crypto, mail!.envelopeSealed).from).toBe("ána@sender.example");
  client.end();
});

test("is larger than it may be: said before or found out, it is refused for good and leaves nothing", async () => {
  const port = await door({ maxBytes: 20_000 });
  const client = await rawClient(port);
  expect(await client.say("EHLO client.example")).toContain("SIZE 20000");
  expect(await client.say("MAIL FROM:<ana@sender.example> SIZE=20001")).toMatch(/^552 5\.3\.4 /);
  client.end();
  const [rows, files] = [await deps.db.receivedMail.count(), await storedFiles()];
  expect(await send(port, aMessage("x".repeat(20_000)))).toMatch(/^552 5\.3\.4 /);
  expect(await send(port, aMessage(`${"y".repeat(900)}\r\n`.repeat(1_000)))).toMatch(/^552 5\.3\.4 /);
  expect([await deps.db.receivedMail.count(), await storedFiles()]).toEqual([rows, files]);
  expect(await send(port, aMessage("z".repeat(19_000)))).toMatch(/^250 /);
});

const storedFiles = async () => (await readdir(deps.config.storageDir, { recursive: true })).filter((name) => /[0-9a-f]{64}$|incoming\//.test(name)).sort();

test("breaks off before its end and leaves nothing", async () => {
  const port = await door();
  const [rows, files] = [await deps.db.receivedMail.count(), await storedFiles()];
  const client = await readyForData(port, { to: ["abuse@flows.example"] });
  client.send(`${aMessage()}and then`);
  const half = await readyForData(port, { to: ["abuse@flows.example"] });
  half.socket.end(aMessage());
  client.socket.resetAndDestroy();
  await Promise.all(open.splice(0).map((listener) => listener.close(5_000)));
  expect([await deps.db.receivedMail.count(), await storedFiles()]).toEqual([rows, files]);
});

test("one network has so many connections, and sends so many mails a minute; a mail has so many recipients", async () => {
  const port = await door({ clientsPerAddress: 2, mailsPerMinute: 3, maxRecipients: 2 });
  const [first, second] = [await rawClient(port), await rawClient(port)];
  await expect(rawClient(port).then((third) => third.say("EHLO x.example"))).rejects.toThrow("hung up");
  second.end();
  await first.say("EHLO client.example");
  for (let mail = 0; mail < 3; mail += 1) {
    expect(await first.say("MAIL FROM:<ana@sender.example>")).toMatch(/^250 /);
    await first.say("RSET");
  }
  expect(await first.say("MAIL FROM:<ana@sender.example>")).toMatch(/^450 /);
  first.end();
  const many = await rawClient(await door({ maxRecipients: 2 }));
  await many.say("EHLO client.example");
  await many.say("MAIL FROM:<ana@sender.example>");
  expect(await many.say("RCPT TO:<abuse@flows.example>")).toMatch(/^250 /);
  expect(await many.say("RCPT TO:<support@flows.example>")).toMatch(/^250 /);
  expect(await many.say("RCPT TO:<appeals@flows.example>")).toMatch(/^452 /);
  many.end();
});

test("one that says nothing, or takes too long over everything, is let go", async () => {
  const idle = await rawClient(await door({}, { idle: 400, session: 60_000 }));
  await idle.gone;
  const slow = await rawClient(await door({}, { idle: 60_000, session: 500 }));
  await slow.say("EHLO client.example");
  const talking = setInterval(() => slow.send("NOOP\r\n"), 20);
  await slow.gone;
  clearInterval(talking);
});

test("STARTTLS is offered with a certificate, and what was said in clear ahead of it is forgotten", async () => {
  const plain = await rawClient(await door());
  expect(await plain.say("EHLO client.example")).not.toContain("STARTTLS");
  plain.end();
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const { key, cert } = tlsOptions() as { key: string; cert: string };
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
  const port = await door({ tls: { certFile, keyFile } });
  const { code, talk } = await swaks(port, "--tls", "--from", "ana@sender.example", "--to", "abuse@flows.example", "--body", newId());
  expect([code, talk]).toEqual([0, expect.stringContaining("TLS started")]);
  const [stored] = await deps.db.receivedMail.findMany({ orderBy: { id: "desc" }, take: 1 });
  expect(envelopeOf(deps.crypto, stored!.envelopeSealed).tls).toBe(true);

  const before = await deps.db.receivedMail.count();
  const client = await rawClient(port);
  await client.say("EHLO client.example");
  client.send(`STARTTLS\r\nMAIL FROM:<evil@evil.example>\r\nRCPT TO:<abuse@flows.example>\r\nDATA\r\n${aMessage()}\r\n.\r\n`);
  expect(await client.answer()).toMatch(/^220 /);
  const secured = await inTls(client);
  expect(await secured.say("EHLO client.example")).toContain("250");
  expect(await secured.say("RCPT TO:<abuse@flows.example>")).toMatch(/^503 /);
  secured.end();
  expect(await deps.db.receivedMail.count()).toBe(before);
});

test("LMTP answers for each recipient, and keeps no count of its one client", async () => {
  const port = await door({ protocol: "lmtp", clientsPerAddress: 1, mailsPerMinute: 1 });
  const [first, client] = [await rawClient(port), await rawClient(port)];
  expect(await client.say("EHLO relay.example")).toMatch(/^5\d\d /);
  expect(await client.say("LHLO relay.example")).toMatch(/250 /);
  for (const message of [aMessage(), aMessage()]) {
    expect(await client.say("MAIL FROM:<ana@sender.example>")).toMatch(/^250 /);
    for (const to of ["abuse@flows.example", "abuse@chat.example"]) await client.say(`RCPT TO:<${to}>`);
    await client.say("DATA");
    client.send(message);
    expect([await client.say("."), await client.answer()]).toEqual(Array(2).fill(expect.stringMatching(/^250 /)));
    expect(await mailsOf(message)).toMatchObject([{ source: "lmtp" }, { source: "lmtp" }]);
  }
  for (const one of [first, client]) one.end();
});

test("where the store takes nothing the sender is told to come again, and coming again it is taken", async () => {
  const blocked = join(folder, "blocked");
  await writeFile(blocked, "a file where the folder should be");
  const broken = { ...deps, storage: createLocalFileStore({ folder: blocked, ring: deps.config.fieldKeys }) };
  const port = await door({}, undefined, broken);
  const message = aMessage(randomBytes(100_000).toString("base64").replace(/.{76}/g, "$&\r\n"));
  expect(await send(port, message)).toMatch(/^451 /);
  expect(await mailsOf(message)).toEqual([]);
  await rm(blocked);
  expect(await send(port, message)).toMatch(/^250 /);
  expect(await mailsOf(message)).toHaveLength(1);
});

test("while the database is away the sender is told to come again, at whatever moment it went", async () => {
  const { hostname, port: databasePort } = new URL(database.url);
  const gate = await tcpGate({ host: hostname, port: Number(databasePort) });
  const url = new URL(database.url);
  url.port = String(gate.port);
  url.hostname = "127.0.0.1";
  const behind = await database.deps(undefined, { DATABASE_URL: url.toString(), STORAGE_DIR: deps.config.storageDir });
  const port = await door({}, undefined, behind);
  const message = aMessage();
  const client = await readyForData(port, { to: ["abuse@flows.example"] });
  gate.cut();
  client.send(message);
  expect(await client.say(".")).toMatch(/^451 /);
  client.end();
  const late = await door({}, undefined, behind);
  const other = await rawClient(late);
  await other.say("EHLO client.example");
  await other.say("MAIL FROM:<ana@sender.example>");
  expect(await other.say("RCPT TO:<abuse@flows.example>")).toMatch(/^451 /);
  other.end();
  gate.open();
  expect(await mailsOf(message)).toEqual([]);
  expect(await send(port, message)).toMatch(/^250 /);
  expect(await mailsOf(message)).toHaveLength(1);
  await Promise.all(open.splice(0).map((listener) => listener.close(1_000)));
  await gate.close();
});

test("asked to stop it answers for what it is storing, and takes no more", async () => {
  const listener = await openMailDoor(deps);
  const message = aMessage();
  const client = await readyForData(listener.port, { to: ["abuse@flows.example"] });
  const waiting = await rawClient(listener.port);
  client.send(message);
  await new Promise((soon) => setImmediate(soon));
  const closed = listener.close(10_000);
  await waiting.say("EHLO client.example");
  expect(await waiting.say("MAIL FROM:<ana@sender.example>")).toMatch(/^421 /);
  expect(await client.say(".")).toMatch(/^250 /);
  await closed;
  expect(await mailsOf(message)).toHaveLength(1);
});

const runs = Number(process.env.MAIL_FUZZ_RUNS ?? 150);
const firstSeed = Number(process.env.MAIL_FUZZ_SEED ?? 1);

/** What a client that keeps to RFC 5321, 4.5.2 puts on the line for a message that ends with a line's end. */
const stuffed = (message: Buffer): Buffer => Buffer.from(message.toString("latin1").replace(/(^|\r\n)\./g, "$1.."), "latin1");

/** `MAIL_FUZZ_RUNS=100000` sends more; `MAIL_FUZZ_SEED` plays one again. */
test(`whatever is sent, what is answered 250 is stored byte for byte (${runs} mutated messages)`, { timeout: 3_600_000 }, async () => {
  const port = await door({ mailsPerMinute: 0, clientsPerAddress: 0 });
  const seeds = Object.values(sampleMails());
  let next = firstSeed;
  const session = async (): Promise<void> => {
    const client = await rawClient(port);
    await client.say("EHLO client.example");
    for (let seed = next++; seed < firstSeed + runs; seed = next++) {
      const message = Buffer.concat([mutated(seeds, seed), Buffer.from(`\r\n${seed}\r\n`)]);
      await client.say("MAIL FROM:<ana@sender.example>");
      await client.say("RCPT TO:<abuse@flows.example>");
      expect(await client.say("DATA"), `seed ${seed}`).toMatch(/^354 /);
      client.send(stuffed(message));
      expect(await client.say("."), `seed ${seed}`).toMatch(/^250 /);
      expect(await readWhole(deps.storage, sha256(message)).catch(() => null), `seed ${seed}`).toEqual(message);
      expect(await deps.db.receivedMail.count({ where: { sha256: sha256(message), size: message.length } }), `seed ${seed}`).toBe(1);
    }
    client.end();
  };
  await Promise.all(Array.from({ length: 8 }, session));
});
