import { ConfigError, loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { logConsole, logWarnings } from "~/infra/log.server";
import { createMailer } from "~/infra/mail.server";
import { openQueues } from "~/infra/queue.server";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import { startWorker } from "./start-worker";

const graceMs = 25_000;
/** After this the process leaves, whatever a lost connection still keeps waiting. */
const latestMs = graceMs + 10_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const deps = await buildDeps(config, "worker");
  logWarnings(deps.log);
  logConsole(deps.log);
  const mailer = createMailer(config.smtpUrl);
  const parser = openMailParser();
  const queues = await openQueues(config, deps.log);
  const worker = await startWorker({ ...deps, mailer, parser }, queues);
  worker.crashed.catch(() => process.exit(1));
  deps.log.info({ queue: queues.backend }, "worker is running");

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    deps.log.info({ signal }, "worker is draining");
    setTimeout(() => process.exit(1), latestMs).unref();
    const drained = await worker.stop(graceMs);
    if (!drained) deps.log.warn("jobs were still running when the grace period ended; another worker takes them over");
    mailer.close();
    await parser.close();
    await queues.close();
    await closeDeps(deps);
    deps.log.info("worker has stopped");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

main().catch((error: unknown) => {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  const unreachable = code === "ECONNREFUSED" || code === "ENOTFOUND";
  const sentence = error instanceof ConfigError ? error.message : unreachable ? "The database or the queue cannot be reached: check DATABASE_URL and REDIS_URL." : ((error as Error)?.stack ?? String(error));
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
});
