import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Plain } from "./plain.mjs";
import { freePort } from "./ports.mjs";
import { privateFolder } from "./private.mjs";
import { startService } from "./service.mjs";

const tries = 4;
const patienceMs = 60_000;

/**
 * A mail server that keeps what it is given and shows it in the browser; mails of earlier starts are still there. It
 * prints who gets what, so that is not logged. A port that another program takes between the look and the use is no
 * failure: it is tried again with another.
 *
 * @typedef {import("./service.mjs").Service} Service
 * @param {{
 *   root: string, dataDir: string, logDir: string, webPort: number, smtpPort: number, signal?: AbortSignal,
 *   onService: (service: Service) => void,
 *   choosePort?: (wanted?: number) => Promise<number>,
 *   onTrouble?: (name: string, line: string) => void, onDead?: (name: string, reason: string) => void,
 * }} options `onService` gets each try before it is up, so that it can be stopped on the way
 */
export async function startInbox({ root, dataDir, logDir, webPort, smtpPort, signal, onService, choosePort = freePort, onTrouble, onDead }) {
  const mails = privateFolder(join(dataDir, "mail"));
  for (let left = tries; ; ) {
    const first = left === tries;
    const [smtp, web] = [await choosePort(first ? smtpPort : 0), await choosePort(first ? webPort : 0)];
    const service = startService({
      name: "inbox",
      args: [join(root, "node_modules/maildev/dist/bin/maildev.js"), "--ip", "127.0.0.1", "--smtp", String(smtp), "--web-ip", "127.0.0.1", "--web", String(web), "--mail-directory", mails],
      cwd: dataDir,
      env: { PATH: process.env.PATH, NODE_ENV: "production" },
      logDir,
      quiet: true,
      onTrouble,
      onDead,
    });
    onService(service);
    const failure = await failureOf(service, `http://127.0.0.1:${web}/api/healthz`, signal);
    if (failure === null) return { service, smtpUrl: `smtp://127.0.0.1:${smtp}`, inboxUrl: `http://localhost:${web}` };
    await service.stop();
    left -= 1;
    if (left === 0 || !failure.includes("EADDRINUSE")) throw new Plain(`The inbox process did not start:\n${failure}`);
  }
}

/** Waits until it answers. @param {Service} service @param {string} url @param {AbortSignal} [signal] @returns {Promise<string | null>} why it did not */
async function failureOf(service, url, signal) {
  for (const giveUpAt = Date.now() + patienceMs; ; await wait(50)) {
    signal?.throwIfAborted();
    const failure = service.failure();
    if (failure) return failure;
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    if (answer?.ok && !service.failure()) return null;
    if (Date.now() > giveUpAt) return "it does not answer";
  }
}
