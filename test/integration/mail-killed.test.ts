import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { applyMigrations } from "~/infra/migrations.server";
import { readWhole } from "~/infra/storage.server";
import { aPlatform } from "../factories/platform";
import { testEnvironment } from "../support/database";
import { readyForData } from "../support/mail-door";
import { mailSenders, type Senders } from "../support/mail-senders";

const root = resolve(import.meta.dirname, "../..");
let dir: string;
let cluster: Awaited<ReturnType<typeof startPostgres>>;
let deps: Deps;
let env: Record<string, string>;
const victims: ChildProcess[] = [];

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
  await closeDeps(deps);
  await cluster.stop();
  await rm(dir, { recursive: true, force: true });
});

/** @param largestFile in kilobytes: writing more fails, as it does on a disk that is full */
async function listen(largestFile: number | null = null): Promise<{ port: number; kill(): Promise<void> }> {
  const limit = largestFile === null ? "" : `ulimit -f ${largestFile}; `;
  const child = spawn("bash", ["-c", `${limit}exec "$0" "$@"`, process.execPath, "--import", "tsx", resolve(root, "test/support/victim.ts"), "mail"], {
    cwd: root,
    env: { ...env, PATH: process.env.PATH, NODE_ENV: "test", MAIL_PORT: "0", MAIL_PER_MINUTE: "0", MAIL_CLIENTS_PER_ADDRESS: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  victims.push(child);
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  return {
    port: Number(said.toString()),
    async kill() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      expect(await gone).toEqual([null, "SIGKILL"]);
    },
  };
}

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

test("a mail that cannot be written is answered 4xx and leaves nothing; one for which there is room is taken; once there is room all are", { timeout: 120_000 }, async () => {
  const before = await deps.db.receivedMail.count();
  const send = async (port: number, from: string, kilobytes: number): Promise<string> => {
    const client = await readyForData(port, { from, to: ["abuse@flows.example"] });
    client.send(`From: ${from}\r\nSubject: Spam\r\n\r\n${`${"x".repeat(62)}\r\n`.repeat(kilobytes * 16)}`);
    const answer = await client.say(".");
    client.end();
    return answer;
  };
  const full = await listen(256);
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

async function isBack(): Promise<void> {
  for (let up = false; !up; await sleep(50)) up = await deps.db.$queryRaw`SELECT 1`.then(() => true, () => false);
}
