import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createTransport } from "nodemailer";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { assertPortFree, assertWritable } from "~/infra/embedded/checks.mjs";
import { run } from "~/infra/embedded/command.mjs";
import { readEnvironment, readRunningEnvironment, writeRunningEnvironment } from "~/infra/embedded/environment.mjs";
import { ensureInstalled, staleness } from "~/infra/embedded/freshness.mjs";
import { startInbox } from "~/infra/embedded/inbox.mjs";
import { assertNotRunning, lockDataDir } from "~/infra/embedded/lock.mjs";
import { freePort } from "~/infra/embedded/ports.mjs";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { privateFolder } from "~/infra/embedded/private.mjs";
import { startService } from "~/infra/embedded/service.mjs";

let dir: string;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "console-embedded-"));
});

afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo();
  await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

/** Where nobody collects dead processes they stay listed as zombies. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  const state = existsSync("/proc/self/stat")
    ? existsSync(stat) && readFileSync(stat, "utf8").split(") ")[1]
    : spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return Boolean(state) && !String(state).startsWith("Z");
}

test("a taken port is one sentence that says what to do", async () => {
  const other = createServer();
  const port = await new Promise<number>((ready) => other.listen(0, "127.0.0.1", () => ready((other.address() as { port: number }).port)));
  cleanUp.push(() => other.close());
  await expect(assertPortFree(port, "127.0.0.1")).rejects.toThrow(`Port ${port} is taken by another program: stop it, or choose another port with "PORT=${port + 1} npm start".`);
});

test("a folder that cannot be written to is one sentence", async () => {
  await writeFile(join(dir, "file"), "");
  await expect(assertWritable(join(dir, "file", "inside"))).rejects.toThrow(/cannot be written to \(ENOTDIR\)/);
});

test("a second start on the same data is refused while the first runs, and only then", async () => {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  cleanUp.push(() => other.kill("SIGKILL"));
  await writeFile(join(dir, "run.pid"), String(other.pid));
  expect(() => assertNotRunning(dir)).toThrow(/already running/);
  other.kill("SIGKILL");
  await new Promise((gone) => other.once("exit", gone));
  const unlock = lockDataDir(dir);
  expect(await readFile(join(dir, "run.pid"), "utf8")).toBe(String(process.pid));
  unlock();
});

describe("what is installed", () => {
  const one = { "": { version: "1.0.0" }, "node_modules/a": { version: "1.2.3" }, "node_modules/mac-only": { version: "1.0.0", optional: true } };
  const write = (file: string, packages: object): Promise<void> => writeFile(join(dir, file), JSON.stringify({ packages }));
  async function lay(path: string, version: string): Promise<void> {
    await mkdir(join(dir, path), { recursive: true });
    await writeFile(join(dir, path, "package.json"), JSON.stringify({ version }));
  }
  beforeEach(async () => {
    await write("package-lock.json", one);
    await lay("node_modules/a", "1.2.3");
    await write("node_modules/.package-lock.json", { "node_modules/a": { version: "1.2.3" } });
  });

  test("is what is locked, without what is for other machines", () => {
    expect(staleness(dir)).toBeNull();
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["nothing", () => rm(join(dir, "node_modules"), { recursive: true }), "nothing is installed"],
    ["a record cut short", () => writeFile(join(dir, "node_modules/.package-lock.json"), '{"packages": {'), "nothing is installed"],
    ["an older version after a pull", () => write("package-lock.json", { ...one, "node_modules/a": { version: "2.0.0" } }), "a is 1.2.3 and has to be 2.0.0"],
    ["a package the pull added", () => write("package-lock.json", { ...one, "node_modules/@b/c": { version: "3.0.0" } }), "@b/c 3.0.0 is missing"],
    ["a package the pull took out", () => write("node_modules/.package-lock.json", { "node_modules/a": { version: "1.2.3" }, "node_modules/a/node_modules/d": { version: "0.1.0" } }), "d 0.1.0 is left over"],
    ["an older part for this machine", () => write("node_modules/.package-lock.json", { "node_modules/a": { version: "1.2.3" }, "node_modules/mac-only": { version: "0.9.0" } }), "mac-only is 0.9.0 and has to be 1.0.0"],
    ["a folder that was emptied", () => rm(join(dir, "node_modules/a"), { recursive: true }), "a 1.2.3 is missing"],
    ["a folder that was copied from elsewhere", () => lay("node_modules/a", "1.1.0"), "a is 1.1.0 and has to be 1.2.3"],
  ])("is noticed to be %s", async (_what, change, said) => {
    await change();
    expect(staleness(dir)).toBe(said);
  });

  test("a lock file with the marks of a merge is one sentence", async () => {
    await writeFile(join(dir, "package-lock.json"), "<<<<<<< HEAD\n{}");
    expect(() => staleness(dir)).toThrow(/perhaps because a merge left its marks/);
  });

  test("is put right by npm itself, and where that fails a person reads what to do", async () => {
    const own = join(dir, "own");
    await mkdir(own, { recursive: true });
    await writeFile(join(own, "package.json"), JSON.stringify({ name: "b", version: "2.0.0" }));
    const app = { name: "app", version: "1.0.0", dependencies: { b: "file:own" } };
    await writeFile(join(dir, "package.json"), JSON.stringify(app));
    await writeFile(join(dir, "package-lock.json"), JSON.stringify({ ...app, lockfileVersion: 3, packages: { "": app, "node_modules/b": { resolved: "own", link: true }, own: { name: "b", version: "2.0.0" } } }));
    await ensureInstalled(dir);
    expect(existsSync(join(dir, "node_modules/a"))).toBe(false);
    expect(JSON.parse(await readFile(join(dir, "node_modules/b/package.json"), "utf8"))).toMatchObject({ version: "2.0.0" });

    await writeFile(join(dir, "package.json"), JSON.stringify({ ...app, dependencies: { b: "file:own", c: "file:nowhere" } }));
    await write("package-lock.json", { "node_modules/c": { version: "1.0.0" } });
    await expect(ensureInstalled(dir)).rejects.toThrow(/Installing packages failed:[^]+"npm ci" in .+ and "npm start" goes on from there\.$/);
  });
});

test("a command beside npm start works on what it brought up, unless it was given a database of its own", async () => {
  const secret = 'quo"ted $and #hash';
  writeRunningEnvironment(join(dir, ".data"), { DATABASE_URL: "postgresql://embedded", LOOKUP_KEY: secret });
  expect(readRunningEnvironment(dir, {})).toMatchObject({ DATABASE_URL: "postgresql://embedded", LOOKUP_KEY: secret });
  expect(readRunningEnvironment(dir, { DATABASE_URL: "postgresql://own" })).toEqual({ DATABASE_URL: "postgresql://own" });
  await writeFile(join(dir, ".env"), "PORT=4000\nHOST=0.0.0.0\n");
  expect(readEnvironment(dir, { PORT: "5000" })).toEqual({ PORT: "5000", HOST: "0.0.0.0" });
});

test("an aborted command is gone, also one that does not listen", async () => {
  const abort = new AbortController();
  let pid = 0;
  const deaf = 'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)';
  const running = run("Being deaf", process.execPath, ["-e", deaf], {
    cwd: dir,
    signal: abort.signal,
    onLine: (line) => {
      pid = Number(line);
      abort.abort();
    },
  });
  await expect(running).rejects.toThrow(/abort/);
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function service(program: string, onDead?: (name: string, reason: string) => void) {
  const started = startService({ name: "probe", args: ["-e", program], cwd: dir, env: process.env, logDir: dir, onDead });
  cleanUp.push(() => started.stop());
  return started;
}

test("a process that ends before it came up has failed, and says why", async () => {
  const probe = service('console.error("no such setting"); process.exit(3)');
  await expect.poll(() => probe.failure()).toBe("no such setting");
});

test("a crashed process is started again, and given up when it keeps crashing", async () => {
  const once = service(`
    const fs = require("node:fs");
    if (fs.existsSync("crashed")) setInterval(() => {}, 1000);
    else setTimeout(() => { fs.writeFileSync("crashed", ""); process.exit(1); }, 300);`);
  once.confirm();
  const first = once.pid();
  await expect.poll(() => once.pid()).not.toBe(first);
  await new Promise((later) => setTimeout(later, 500));
  expect(once.failure()).toBeUndefined();

  const reasons: string[] = [];
  const always = service('setTimeout(() => { console.error("worn out"); process.exit(1); }, 10)', (_name, reason) => reasons.push(reason));
  always.confirm();
  await expect.poll(() => reasons, { timeout: 25_000 }).toEqual(["worn out"]);
});

test("what was started ends when the starter is killed", async () => {
  const script = join(dir, "starter.mjs");
  const from = (name: string): string => pathToFileURL(resolve(import.meta.dirname, "../../app/infra/embedded", name)).href;
  await writeFile(
    script,
    `import { startService } from ${JSON.stringify(from("service.mjs"))};
     import { startPostgres } from ${JSON.stringify(from("postgres.mjs"))};
     const service = startService({ name: "probe", args: ["-e", "setInterval(() => {}, 1000)"], cwd: ${JSON.stringify(dir)}, env: process.env, logDir: ${JSON.stringify(dir)} });
     const cluster = await startPostgres({ dir: ${JSON.stringify(join(dir, "postgres"))}, password: "secret", durable: false });
     console.log(JSON.stringify([service.pid(), cluster.pid]));
     setInterval(() => {}, 1000);`,
  );
  const starter = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  cleanUp.push(() => starter.kill("SIGKILL"));
  const pids = JSON.parse(await firstLine(starter)) as [number, number];
  expect(pids.map(isAlive)).toEqual([true, true]);
  starter.kill("SIGKILL");
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
});

test("data outlives a stop, and a stale pid file is no obstacle", async () => {
  const options = { dir: join(dir, "postgres"), password: "secret", durable: false };
  const query = async (url: string, sql: string): Promise<unknown[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const first = await startPostgres(options);
  cleanUp.push(() => first.stop());
  await query(first.url("postgres"), "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  // The id in the file now belongs to a process that is no database: this one.
  await writeFile(join(dir, "postgres/data/postmaster.pid"), `${process.pid}\n`);
  const second = await startPostgres(options);
  cleanUp.push(() => second.stop());
  expect(await query(second.url("postgres"), "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
});

test("a killed database is started again at the same address, with one sentence", async () => {
  const said: string[] = [];
  const cluster = await startPostgres({ dir: join(dir, "postgres"), password: "secret", durable: true, onTrouble: (name, line) => said.push(`${name} ${line}`) });
  cleanUp.push(() => cluster.stop());
  const answer = async (): Promise<unknown> => {
    const client = new Client({ connectionString: cluster.url("postgres") });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return (await client.query("SELECT 1 AS one")).rows;
    } catch {
      return "away";
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const first = cluster.pid;
  process.kill(first, "SIGKILL");
  await expect.poll(() => cluster.pid).not.toBe(first);
  await expect.poll(answer, { timeout: 20_000 }).toEqual([{ one: 1 }]);
  expect(said[0]).toBe("database stopped (SIGKILL) and is started again");
});

test("the inbox takes another port when its own is taken at the last moment, and its log and mails are private", async () => {
  const logDir = privateFolder(join(dir, "logs"));
  const other = createServer();
  const taken = await new Promise<number>((ready) => other.listen(0, "127.0.0.1", () => ready((other.address() as { port: number }).port)));
  cleanUp.push(() => other.close());
  let service: { stop(): Promise<void> } | undefined;
  cleanUp.push(() => service?.stop());
  const web = await freePort();
  const inbox = await startInbox({
    root: resolve(import.meta.dirname, "../.."),
    dataDir: dir,
    logDir,
    webPort: web,
    smtpPort: taken,
    onService: (started) => (service = started),
    // A probe that is overtaken: it says free what is not.
    choosePort: async (wanted) => wanted || (await freePort()),
  });
  expect(inbox.smtpUrl).not.toContain(`:${taken}`);
  const mailer = createTransport(inbox.smtpUrl);
  await mailer.sendMail({ from: "desk@example.com", to: "ana@example.com", subject: "Secret", text: "hello" });
  mailer.close();
  await service?.stop();
  expect(await readFile(join(logDir, "inbox.log"), "utf8")).not.toMatch(/ana@|Secret/);
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
  expect(await Promise.all([join(dir, "mail"), logDir, join(logDir, "inbox.log")].map(modeOf))).toEqual([0o700, 0o700, 0o600]);
});

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolveLine, fail) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const end = text.indexOf("\n");
      if (end >= 0) resolveLine(text.slice(0, end));
    });
    child.once("exit", (code) => fail(new Error(`the starter ended with code ${code}`)));
  });
}
