import { join, resolve } from "node:path";
import { assertOwnParts, assertPortFree, assertWritable } from "./checks.mjs";
import { ensureBuilt, ensureInstalled } from "./freshness.mjs";
import { readEnvironment } from "./environment.mjs";
import { assertNotRunning } from "./lock.mjs";
import { Plain, sentenceOf } from "./plain.mjs";
import { step } from "./progress.mjs";
import { startStack } from "./stack.mjs";

const root = resolve(import.meta.dirname, "../../..");

/** npm passes Ctrl-C on to us although the terminal has sent it to us already: one press arrives as two signals. */
const sameKeyPressMs = 1_000;

/** `npm start`: from a fresh clone to a running product, then until Ctrl-C. */
export async function main() {
  const say = (/** @type {string} */ text) => process.stdout.write(`${text}\n`);
  // Whoever read our output may be gone (`npm start | head`): that is no reason to leave processes behind.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  /** @type {import("./stack.mjs").Stack | undefined} */
  let stack;
  let stopAskedAt = 0;
  const abort = new AbortController();
  const stop = async (/** @type {number} */ code) => {
    abort.abort();
    await stack?.stop();
    if (code === 0) say("Stopped.");
    process.exit(code);
  };
  const onSignal = () => {
    if (!stopAskedAt) {
      stopAskedAt = Date.now();
      say("\nStopping: the worker finishes what it has begun (Ctrl-C again stops at once).");
      void stop(0);
    } else if (Date.now() - stopAskedAt > sameKeyPressMs) {
      stack?.kill();
      process.exit(130);
    }
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, onSignal);

  try {
    const env = readEnvironment(root);
    assertOwnParts(env);
    const port = portFrom(env.PORT);
    const dataDir = resolve(root, env.DATA_DIR || ".data");
    await assertWritable(root);
    await assertWritable(dataDir);
    assertNotRunning(dataDir);
    await assertPortFree(port, env.HOST || "127.0.0.1");
    await ensureInstalled(root, abort.signal);
    await ensureBuilt(root, abort.signal);
    if (abort.signal.aborted) return;
    stack = await startStack({
      root,
      dataDir,
      env,
      port,
      step,
      signal: abort.signal,
      onStack: (partial) => (stack = partial),
      onDead: (name, reason) => {
        process.stderr.write(`\n${name} keeps stopping: ${reason}\n`);
        void stop(1);
      },
      onTrouble: (name, line) => process.stderr.write(`${name}: ${line}\n`),
    });
    if (!abort.signal.aborted) say(await welcome(stack));
  } catch (error) {
    if (abort.signal.aborted) return;
    process.stderr.write(`\n${sentenceOf(error)}\n`);
    await stop(1);
  }
}

/** @param {string | undefined} text */
function portFrom(text) {
  const port = Number(text || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Plain(`PORT must be a whole number from 1 to 65535, not "${text}".`);
  return port;
}

/** @param {import("./stack.mjs").Stack} stack */
async function welcome(stack) {
  const { env } = stack;
  const lines = ["", `  Console    ${env.PUBLIC_URL}`];
  if (env.INBOX_URL) lines.push(`  Mail inbox ${env.INBOX_URL}   every mail the product sends`);
  if (env.MAIL_PORT) lines.push(`  Mail in    ${env.MAIL_HOST || "127.0.0.1"}:${env.MAIL_PORT}   ${env.MAIL_PROTOCOL === "lmtp" ? "LMTP" : "SMTP"} to a platform's addresses${env.DEMO === "1" ? ", in the demo abuse@customerflows.example" : ""}`);
  lines.push(`  Logs       ${join(stack.dataDir, "logs")}`);
  if (stack.people.length > 0) {
    lines.push("", "  Demo sign-ins (no second factor; password in the last column)");
    for (const person of stack.people) lines.push(`    ${person.role.padEnd(18)} ${person.email.padEnd(34)} ${person.password}`);
  }
  lines.push("", "  Ctrl-C stops everything.", "");
  return lines.join("\n");
}
