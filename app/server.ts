import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ServerBuild } from "@remix-run/node";
import { openApi } from "~/api/endpoints";
import { ConfigError, loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { startHttpServer } from "~/infra/http/http-server";
import { createPagePatterns } from "~/infra/http/page-patterns";
import { createPages } from "~/infra/http/pages";
import { logConsole, logWarnings } from "~/infra/log.server";

const graceMs = 10_000;
/** Reports, what reporters add to them, and appeals. */
const uploadPages = ["/report", "/status/", "/standing/", "/appeal"];
const buildFolder = resolve(import.meta.dirname, "../build");

async function main(): Promise<void> {
  const config = loadConfig();
  const entry = resolve(buildFolder, "server/index.js");
  if (!existsSync(entry)) throw new ConfigError('The pages are not built yet: run "npm run build".');
  const build = (await import(pathToFileURL(entry).href)) as ServerBuild;

  const deps = await buildDeps(config, "web");
  logWarnings(deps.log);
  logConsole(deps.log);
  const api = openApi(deps);
  const server = await startHttpServer({
    deps,
    endpoints: api.endpoints,
    shortcut: api.shortcut,
    pages: {
      serve: createPages({ build, clientFolder: resolve(buildFolder, "client"), trustProxy: config.trustProxy }),
      patternOf: createPagePatterns(build.routes),
      uploads: uploadPages,
    },
  });
  deps.log.info({ port: server.port }, "web is listening");

  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    deps.log.info({ signal }, "web is draining");
    // Closing the table lets go whoever waits for a change at the gate.
    await Promise.all([server.close(graceMs), api.close()]);
    deps.log.info("web has stopped");
    await closeDeps(deps);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

main().catch((error: unknown) => {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exit(1);
});

/** Mistakes of the person who starts the server are one sentence; anything else is a bug and shows where it is. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ConfigError) return error.message;
  if (code === "EADDRINUSE") return "The port is taken by another program: set PORT to a free one.";
  if (code === "EACCES") return "This port may not be used by an ordinary program: set PORT to one above 1023.";
  if (code === "ECONNREFUSED" || code === "ENOTFOUND") return "The database cannot be reached: check DATABASE_URL.";
  return error.stack ?? error.message;
}
