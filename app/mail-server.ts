import { ConfigError, loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { logConsole, logWarnings } from "~/infra/log.server";
import { startMailListener } from "./smtp/mail-listener";

const graceMs = 10_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const deps = await buildDeps(config, "mail");
  logWarnings(deps.log);
  logConsole(deps.log);
  const listener = await startMailListener(deps);
  deps.log.info({ port: listener.port, protocol: config.mail.protocol, tls: config.mail.tls !== null }, "mail is taken");

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    deps.log.info({ signal }, "mail is draining");
    await listener.close(graceMs);
    await closeDeps(deps);
    deps.log.info("mail has stopped");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
});

/** Mistakes of the person who starts it are one sentence; anything else is a bug and shows where it is. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ConfigError) return error.message;
  if (code === "EADDRINUSE") return "The port is taken by another program: set MAIL_PORT to a free one.";
  if (code === "EACCES" && syscall === "listen") return "This port may not be used by an ordinary program: set MAIL_PORT to one above 1023.";
  if (code === "ENOENT" || code === "EACCES") return "A file of MAIL_TLS_CERT or MAIL_TLS_KEY cannot be read.";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") return "The database cannot be reached: check DATABASE_URL.";
  return error.stack ?? error.message;
}
