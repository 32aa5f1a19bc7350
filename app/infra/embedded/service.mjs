import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openPrivateLog } from "./private.mjs";
import { restartPauses } from "./restarts.mjs";

const leash = new URL("./leash.mjs", import.meta.url).href;
/** A mail address in plain text that a crash leaves behind; a scoped package in a path is none. */
const address = /[^\s<>"'(/]+@[^\s<>"'/)]+\.[a-z]{2,}/gi;
const drainMs = 40_000;

/**
 * A Node process that is started again when it crashes, unless it does nothing else. Until `confirm` says that it
 * came up, its end is a failure: a wrong setting does not get right by trying again.
 *
 * @typedef {{
 *   name: string,
 *   pid: () => number | undefined,
 *   stop: () => Promise<void>,
 *   kill: () => void,
 *   failure: () => string | undefined,
 *   confirm: () => void,
 * }} Service
 * @param {{
 *   name: string,
 *   args: string[],
 *   cwd: string,
 *   env: NodeJS.ProcessEnv,
 *   logDir: string,
 *   quiet?: boolean,
 *   onDead?: (name: string, reason: string) => void,
 *   onTrouble?: (name: string, line: string) => void,
 * }} options `quiet`: what it prints is not kept, only its complaints
 * @returns {Service}
 */
export function startService({ name, args, cwd, env, logDir, quiet = false, onDead, onTrouble }) {
  const log = createWriteStream("", { fd: openPrivateLog(join(logDir, `${name}.log`)) });
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let child;
  let stopping = false;
  let confirmed = false;
  /** @type {string | undefined} */
  let failure;
  const nextPause = restartPauses();
  /** @type {Promise<void>} */
  let gone = Promise.resolve();

  const launch = () => {
    let lastWords = "";
    // A process group of its own: Ctrl-C reaches only the starter, which stops everything in order.
    const started = spawn(process.execPath, ["--import", leash, ...args], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    child = started;
    createInterface({ input: /** @type {import("node:stream").Readable} */ (started.stdout) }).on("line", (line) => {
      if (quiet) return;
      log.write(`${line}\n`);
      const message = errorIn(line);
      if (message) onTrouble?.(name, message);
    });
    createInterface({ input: /** @type {import("node:stream").Readable} */ (started.stderr) }).on("line", (line) => {
      log.write(`${line.replace(address, "[address]")}\n`);
      if (!line.trim()) return;
      lastWords = `${lastWords}${line}\n`.slice(-2_000);
    });
    gone = new Promise((resolve) => {
      started.once("error", () => resolve());
      started.once("close", (code, signal) => {
        resolve();
        if (!stopping) void onExit(lastWords.trim() || `it ended with ${signal ?? `code ${code}`}`);
      });
    });
  };

  const onExit = async (/** @type {string} */ reason) => {
    const pause = confirmed ? nextPause() : null;
    if (pause === null) {
      failure = reason;
      if (confirmed) onDead?.(name, reason);
      return;
    }
    onTrouble?.(name, `stopped (${reason.split("\n").at(-1)}) and is started again`);
    await wait(pause);
    if (!stopping) launch();
  };

  launch();
  return {
    name,
    pid: () => child?.pid,
    failure: () => failure,
    confirm: () => {
      confirmed = true;
    },
    kill: () => {
      stopping = true;
      child?.kill("SIGKILL");
    },
    stop: async () => {
      stopping = true;
      if (child?.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        const stopped = await Promise.race([gone.then(() => true), wait(drainMs, false, { ref: false })]);
        if (!stopped) child.kill("SIGKILL");
        await gone;
      }
      await new Promise((resolve) => log.end(resolve));
    },
  };
}

/** The message of a log line that reports an error. @param {string} line */
function errorIn(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const entry = JSON.parse(line);
    return entry.level === "error" || entry.level === "fatal" ? String(entry.msg ?? "an error") : undefined;
  } catch {
    return undefined;
  }
}
