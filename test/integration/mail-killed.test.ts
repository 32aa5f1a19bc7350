import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { chown, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { applyMigrations } from "~/infra/migrations.server";
import { createLocalFileStore, readWhole } from "~/infra/storage.server";
import { pollMailbox } from "~/modules/inbound-mail/poll-mailbox.server";
import { pollMailboxes } from "~/modules/inbound-mail/poll-mailboxes.server";
import { aPlatform } from "../factories/platform";
import { testEnvironment } from "../support/database";
import { startDovecot } from "../support/dovecot";
import { readyForData } from "../support/mail-door";
import { mailSenders, type Senders } from "../support/mail-senders";
import { startSmtpSink } from "../support/smtp-sink";
import { victimProgram } from "../support/victim-program";

let dir: string;
let cluster: Awaited<ReturnType<typeof startPostgres>>;
let deps: Deps;
let env: Record<string, string>;
const victims: ChildProcess[] = [];
const mounted: string[] = [];

// A server of its own, which syncs: it is killed as well.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "console-mail-killed-"));
  cluster = await startPostgres({ dir: join(dir, "postgres"), password: "killed", durable: true });
  await applyMigrations(cluster.url("postgres"));
  env = testEnvironment(cluster.url("postgres"), join(dir, "files"));
  deps = await buildDeps(loadConfig(env), "test");
  await aPlatform(deps, { key: "flows" });
});
afterAll(async () => {
  for (const victim of victims) victim.kill("SIGKILL");
  for (const folder of mounted) spawnSync("umount", ["-l", folder]);
  await closeDeps(deps);
  await cluster.stop();
  await rm(dir, { recursive: true, force: true });
});

/** A process that is made to be killed. @param limit what its shell says before it */
async function start(what: string[], { limit = "", settings = {} as Record<string, string> } = {}): Promise<{ said: string; kill(): Promise<void> }> {
  const child = spawn("bash", ["-c", `${limit}exec "$0" "$@"`, process.execPath, "--enable-source-maps", await victimProgram(), ...what], {
    env: { ...env, PATH: process.env.PATH, NODE_ENV: "test", MAIL_PORT: "0", MAIL_PER_MINUTE: "0", MAIL_CLIENTS_PER_ADDRESS: "0", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  victims.push(child);
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  return {
    said: said.toString(),
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      expect(await gone).toEqual([null, "SIGKILL"]);
    },
  };
}

async function listen(how: Parameters<typeof start>[1] = {}) {
  const { said, kill } = await start(["mail"], how);
  return { port: Number(said), kill };
}

/** In kilobytes: writing more fails. */
const largestFile = (kilobytes: number) => ({ limit: `ulimit -f ${kilobytes}; ` });

/** Waits until so many more were answered: work is under way. */
async function underWay({ answered }: Senders, more: number): Promise<void> {
  const enough = answered.length + more;
  while (answered.length < enough) await sleep(5);
}

/** Each of these mails has one row with its bytes, its original and its job. */
async function standOnce(mails: Senders["answered"]): Promise<void> {
  const rows = await deps.db.receivedMail.findMany({ include: { original: { include: { custody: true } } } });
  const times = new Map<string, number>();
  for (const { sha256 } of rows) times.set(sha256, (times.get(sha256) ?? 0) + 1);
  expect(mails.filter(({ sha256 }) => times.get(sha256) !== 1)).toEqual([]);
  for (const { sha256, message } of mails) expect((await readWhole(deps.storage, sha256)).toString()).toBe(message);
  expect(rows.filter(({ original, sha256 }) => original?.sha256 !== sha256 || original.custody.length !== 1)).toEqual([]);
  const staged = await deps.db.outboxMessage.findMany({ where: { topic: "mail.received" } });
  expect(staged.map(({ payload }) => (payload as { mailId: string }).mailId).sort()).toEqual(rows.map(({ id }) => id).sort());
}

test("killed at any moment, the listener has stored whatever it answered for, and what is sent again is there once", { timeout: 240_000 }, async () => {
  const senders = mailSenders("abuse@flows.example");
  for (let life = 0; life < 3; life += 1) {
    const listener = await listen();
    const sending = senders.sendTo(listener.port, 8);
    await underWay(senders, 20 + Math.floor(Math.random() * 60));
    await listener.kill();
    await sending.stop();
  }
  expect(senders.answered.length).toBeGreaterThan(60);
  await standOnce(senders.answered);
  const last = await listen();
  const all = [...senders.answered, ...senders.unanswered];
  await senders.sendRest(last.port);
  await last.kill();
  await standOnce(all);
  expect(await deps.db.receivedMail.count()).toBe(all.length);
});

test("the database killed under load: nothing that was answered is lost, nothing doubled, and all the rest was told to come again", { timeout: 240_000 }, async () => {
  const before = await deps.db.receivedMail.count();
  const senders = mailSenders("abuse@flows.example");
  const listener = await listen();
  for (let kill = 0; kill < 2; kill += 1) {
    const sending = senders.sendTo(listener.port, 8);
    await underWay(senders, 30);
    process.kill(cluster.pid, "SIGKILL");
    await sleep(50);
    await sending.stop();
    await isBack();
  }
  const all = [...senders.answered, ...senders.unanswered];
  await standOnce(senders.answered);
  await senders.sendRest(listener.port);
  await listener.kill();
  await standOnce(all);
  expect(await deps.db.receivedMail.count()).toBe(before + all.length);
});

/** Sends one mail of so many kilobytes over a connection of its own. */
async function sendOne(port: number, from: string, kilobytes: number): Promise<{ answer: string; message: string }> {
  const message = `From: ${from}\r\nSubject: ${newId()}\r\n\r\n${`${"x".repeat(62)}\r\n`.repeat(kilobytes * 16)}`;
  const client = await readyForData(port, { from, to: ["abuse@flows.example"] });
  client.send(message);
  const answer = await client.say(".");
  client.end();
  return { answer, message };
}

const hashOf = (message: string) => createHash("sha256").update(message).digest("hex");

test("a mail that cannot be written is answered 4xx and leaves nothing; one for which there is room is taken; once there is room all are", { timeout: 120_000 }, async () => {
  const before = await deps.db.receivedMail.count();
  const send = async (port: number, from: string, kilobytes: number) => (await sendOne(port, from, kilobytes)).answer;
  const full = await listen(largestFile(256));
  expect(await send(full.port, "large@sender.example", 600)).toMatch(/^4\d\d /);
  expect(await send(full.port, "small@sender.example", 4)).toMatch(/^250 /);
  expect(await send(full.port, "large@sender.example", 600)).toMatch(/^4\d\d /);
  await full.kill();
  expect(await deps.db.receivedMail.count()).toBe(before + 1);
  const roomy = await listen();
  expect(await send(roomy.port, "large@sender.example", 600)).toMatch(/^250 /);
  await roomy.kill();
  expect(await deps.db.receivedMail.count()).toBe(before + 2);
  expect(await deps.db.evidenceFile.count({ where: { mailId: { not: null } } })).toBe(before + 2);
});

test("on a disk that is full mail is answered 4xx, what was answered 250 is whole, and once there is room it is taken", { timeout: 120_000 }, async () => {
  const before = await deps.db.receivedMail.count();
  const disk = smallDisk(join(dir, "small"), 2);
  // Where nobody lets us make one, no file of ours may grow: that fails in the same places, with another code.
  let listener = await listen(disk ? { settings: { STORAGE_DIR: disk.folder } } : largestFile(256));
  // More than is spooled in a row.
  const kilobytes = disk ? 80 : 600;
  const taken: string[] = [];
  for (let refused = 0; refused < 3; ) {
    const { answer, message } = await sendOne(listener.port, "ana@sender.example", kilobytes);
    expect(answer).toMatch(/^(?:250|4\d\d) /);
    if (answer.startsWith("250")) taken.push(message);
    else refused += 1;
  }
  if (disk) expect(taken.length).toBeGreaterThan(10);
  expect(await deps.db.receivedMail.count()).toBe(before + taken.length);
  if (disk) disk.grow(64);
  else {
    await listener.kill();
    listener = await listen();
  }
  const { answer, message } = await sendOne(listener.port, "ana@sender.example", kilobytes);
  expect(answer).toMatch(/^250 /);
  const files = createLocalFileStore({ folder: disk?.folder ?? deps.config.storageDir, ring: deps.config.fieldKeys });
  for (const one of [...taken, message]) {
    expect(await deps.db.receivedMail.count({ where: { sha256: hashOf(one) } })).toBe(1);
    expect((await readWhole(files, hashOf(one))).toString()).toBe(one);
  }
  await files.close();
  await listener.kill();
});

test("with the database's disk full short mail is answered 4xx, what was answered 250 is whole, and once there is room it is taken", { timeout: 120_000 }, async () => {
  const before = await deps.db.receivedMail.count();
  const full = await noRoomForRows();
  const listener = await listen();
  const taken: string[] = [];
  for (let refused = 0; refused < 3; ) {
    const { answer, message } = await sendOne(listener.port, "ana@sender.example", 40);
    expect(answer).toMatch(/^(?:250|4\d\d) /);
    if (answer.startsWith("250")) taken.push(message);
    else refused += 1;
  }
  expect(await deps.db.receivedMail.count()).toBe(before + taken.length);
  await full.end();
  const { answer, message } = await sendOne(listener.port, "ana@sender.example", 40);
  expect(answer).toMatch(/^250 /);
  for (const one of [...taken, message]) expect((await readWhole(deps.storage, hashOf(one))).toString()).toBe(one);
  await listener.kill();
});

/** Puts the rows of mails on a small disk; where nobody lets us make one, the database says of each that there is no room for it. */
async function noRoomForRows(): Promise<{ end(): Promise<void> }> {
  const folder = join(dir, "rows");
  const client = new Client({ connectionString: cluster.url("postgres") });
  await client.connect();
  const { rows: [table] } = await client.query<{ bytes: string }>("SELECT pg_table_size('received_mail') AS bytes");
  const disk = smallDisk(folder, Math.ceil(Number(table!.bytes) / 1024 ** 2) + 2);
  const restore = disk ? "ALTER TABLE received_mail SET TABLESPACE pg_default; DROP TABLESPACE small" : "DROP TRIGGER no_room ON received_mail; DROP FUNCTION no_room()";
  if (disk) {
    const { rows: [data] } = await client.query<{ data_directory: string }>("SHOW data_directory");
    const { uid, gid } = await stat(data!.data_directory);
    await chown(folder, uid, gid);
    await client.query(`CREATE TABLESPACE small LOCATION '${folder}'`);
    await client.query("ALTER TABLE received_mail SET TABLESPACE small");
  } else {
    await client.query("CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no space left' USING ERRCODE = 'disk_full'; END $$");
    await client.query("CREATE TRIGGER no_room BEFORE INSERT ON received_mail FOR EACH ROW EXECUTE FUNCTION no_room()");
  }
  return {
    async end() {
      for (const statement of restore.split("; ")) await client.query(statement);
      await client.end();
    },
  };
}

/** A disk of so many megabytes; null where nobody lets us make one. */
function smallDisk(folder: string, megabytes: number) {
  mkdirSync(folder, { recursive: true });
  const mount = (options: string) => spawnSync("mount", ["-t", "tmpfs", "-o", options, "console-test", folder]).status === 0;
  if (!mount(`size=${megabytes}m`)) return null;
  mounted.push(folder);
  return { folder, grow: (to: number) => expect(mount(`remount,size=${to}m`)).toBe(true) };
}

test("the worker killed while it settles: every mail that was answered has one report and one receipt", { timeout: 240_000 }, async () => {
  // What the tests before have taken is not this one's.
  await deps.db.outboxMessage.deleteMany({ where: { topic: "mail.received" } });
  await deps.db.receivedMail.updateMany({ where: { state: "received" }, data: { state: "unreadable", kind: "unreadable", fault: "broken", outcome: "kept_unreadable", settledAt: new Date() } });
  const sink = await startSmtpSink();
  const listener = await listen();
  const senders = mailSenders("abuse@flows.example");
  const sending = senders.sendTo(listener.port, 2);
  while (senders.answered.length < 40) await sleep(5);
  await sending.stop();
  await senders.sendRest(listener.port);
  await listener.kill();
  const hashes = senders.answered.map(({ sha256 }) => sha256);
  const settled = () => deps.db.receivedMail.count({ where: { sha256: { in: hashes }, state: "settled" } });
  // A trusted server speaks for the senders, so that no worker asks the DNS.
  const settings = { SMTP_URL: sink.url, MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: "127.0.0.1 ::1" };
  for (let life = 0; life < 2; life += 1) {
    const enough = (await settled()) + 3 + Math.floor(Math.random() * 10);
    const worker = await start(["work"], { settings });
    while ((await settled()) < enough) await sleep(25);
    await worker.kill();
  }
  expect(await settled()).toBeLessThan(hashes.length);
  const last = await start(["work"], { settings });
  while ((await settled()) < hashes.length) await sleep(20);
  await last.kill();
  const rows = await deps.db.receivedMail.findMany({ where: { sha256: { in: hashes } }, include: { original: true } });
  expect(rows.filter(({ kind, outcome, reportId, acknowledged, original }) => kind !== "human_report" || outcome !== "report_filed" || !acknowledged || reportId === null || original?.reportId !== reportId)).toEqual([]);
  expect(new Set(rows.map(({ reportId }) => reportId)).size).toBe(hashes.length);
  const files = createLocalFileStore({ folder: deps.config.storageDir, ring: deps.config.fieldKeys });
  expect(rows.filter(({ spooled }) => spooled !== null)).toEqual([]);
  for (const { sha256, message } of senders.answered) expect((await readWhole(files, sha256)).toString()).toBe(message);
  await files.close();
  expect(await deps.db.report.count()).toBe(hashes.length);
  expect(await deps.db.notice.groupBy({ by: ["reportId"], _count: true, where: { kind: "report_receipt" } }).then((told) => told.filter(({ _count }) => _count !== 1))).toEqual([]);
  expect(await deps.db.notice.count({ where: { kind: "report_receipt" } })).toBe(hashes.length);
  await sink.close();
});

test("the poller killed while it reads a mailbox that fills: every message is there once", { timeout: 240_000 }, async () => {
  const dovecot = await startDovecot();
  const settings = { MAIL_BOXES: `imap://abuse:secret@127.0.0.1:${dovecot.port}/INBOX?address=abuse@flows.example` };
  const configured = { ...deps, config: loadConfig({ ...env, ...settings }) };
  await pollMailboxes(configured);
  const { id } = await deps.db.imapMailbox.findFirstOrThrow();
  const [messages, before] = [[] as string[], await deps.db.receivedMail.count()];
  const deliver = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) {
      const message = `From: ana@sender.example\r\nSubject: ${newId()}\r\n\r\nThey write every night.\r\n`;
      await dovecot.deliver(message);
      messages.push(message);
    }
  };
  const taken = async () => (await deps.db.receivedMail.count()) - before;
  for (let life = 0; life < 3; life += 1) {
    await deliver(60);
    const enough = (await taken()) + 1 + Math.floor(Math.random() * 40);
    const poller = await start(["poll", id], { settings });
    while ((await taken()) < enough) await sleep(2);
    await poller.kill();
    // As it is once its lease ran out.
    await deps.db.imapMailbox.update({ where: { id }, data: { leaseUntil: null } });
  }
  expect(await pollMailbox(configured, { mailboxId: id })).toMatch(/^\d+ taken$/);
  const rows = await deps.db.receivedMail.findMany({ where: { source: "imap" }, include: { original: true } });
  expect(rows.map(({ sha256 }) => sha256).sort()).toEqual(messages.map(hashOf).sort());
  for (const message of messages) expect((await readWhole(deps.storage, hashOf(message))).toString()).toBe(message);
  const staged = await deps.db.outboxMessage.findMany({ where: { topic: "mail.received" } });
  const ids = new Set(rows.map((row) => row.id));
  expect(staged.filter(({ payload }) => ids.has((payload as { mailId: string }).mailId))).toHaveLength(messages.length);
  await dovecot.close();
});

async function isBack(): Promise<void> {
  for (let up = false; !up; await sleep(50)) up = await deps.db.$queryRaw`SELECT 1`.then(() => true, () => false);
}
