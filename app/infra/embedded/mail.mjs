import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Plain } from "./plain.mjs";
import { freePort } from "./ports.mjs";
import { startService } from "./service.mjs";

const tries = 4;
const patienceMs = 60_000;

/**
 * The door for mail. A MAIL_PORT that was set is the one; the usual one is passed over when it is taken, also when that happens
 * between the look and the use.
 *
 * @typedef {import("./service.mjs").Service} Service
 * @param {{
 *   root: string, env: NodeJS.ProcessEnv, usualPort: number, logDir: string, signal?: AbortSignal,
 *   onService: (service: Service) => void,
 *   choosePort?: (wanted?: number) => Promise<number>,
 *   onTrouble?: (name: string, line: string) => void, onDead?: (name: string, reason: string) => void,
 * }} options `onService` gets each try before it is up, so that it can be stopped on the way
 * @returns {Promise<number>} the port on which it answers
 */
export async function startMail({ root, env, usualPort, logDir, signal, onService, choosePort = freePort, onTrouble, onDead }) {
  const given = Number(env.MAIL_PORT) || null;
  for (let left = tries; ; ) {
    const port = given ?? (await choosePort(left === tries ? usualPort : 0));
    const service = startService({ name: "mail", args: ["--import", "tsx", join(root, "app/mail-server.ts")], cwd: root, env: { ...env, MAIL_PORT: String(port) }, logDir, onDead, onTrouble });
    onService(service);
    const failure = await failureOf(service, port, env.MAIL_HOST, signal);
    if (failure === null) return port;
    await service.stop();
    left -= 1;
    if (given || left === 0 || !failure.includes("The port is taken")) throw new Plain(`The mail process did not start:\n${failure}`);
  }
}

/** Waits until it greets. @param {Service} service @param {number} port @param {string | undefined} host @param {AbortSignal} [signal] @returns {Promise<string | null>} why it did not */
async function failureOf(service, port, host, signal) {
  for (const giveUpAt = Date.now() + patienceMs; ; await wait(50)) {
    signal?.throwIfAborted();
    const failure = service.failure();
    if (failure) return failure;
    if ((await greets(port, !host || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host)) && !service.failure()) return null;
    if (Date.now() > giveUpAt) return "it does not answer";
  }
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
const greets = (port, host) =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (/** @type {boolean} */ greeted) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.setTimeout(5_000, () => end(false)).once("data", (said) => end(said.toString("latin1").startsWith("220"))).once("error", () => end(false)).once("close", () => end(false));
  });
