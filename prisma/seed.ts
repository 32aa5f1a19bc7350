import { ConfigError, loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps } from "~/infra/deps.server";
import { logWarnings } from "~/infra/log.server";
import { seedDemo } from "./seed/demo";
import { seedReference } from "./seed/reference";

const told = {
  added: "added the demo",
  present: "the demo is there",
  incomplete: "an earlier start was stopped while it made the demo, so part of it is missing: delete the data folder to have it whole",
};

/** Adds the platforms with their policies, and with DEMO=1 the demo; running it again adds nothing twice. */
async function main(): Promise<void> {
  const config = loadConfig();
  const deps = await buildDeps({ ...config, logLevel: "warn" }, "seed");
  logWarnings(deps.log);
  try {
    const platforms = await seedReference(deps);
    process.stdout.write(platforms.length > 0 ? `added ${platforms.join(", ")}\n` : "the platforms are there\n");
    if (config.demo) process.stdout.write(`${told[await seedDemo(deps)]}\n`);
  } finally {
    await closeDeps(deps);
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : `The seed failed: ${error instanceof Error ? error.stack : String(error)}`}\n`);
  process.exitCode = 1;
}
