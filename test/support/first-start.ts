import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { migrateAndSeed, openOwnDatabase } from "~/infra/embedded/data.mjs";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { secretsOf } from "~/infra/embedded/secrets.mjs";

const withinMs = 120_000;

/**
 * Fills a data folder as a first start leaves it before web and worker run: PostgreSQL's own files, migrations, seed, secrets.
 * It is made once a run, by the first file that asks, and copied for each: half of what a first start takes, and every file its own
 * database all the same. That a first start works is for `start.test.ts` to show.
 *
 * @param run a folder that goes with the run
 */
export async function copyFirstStart(run: string, root: string, dataDir: string, env: Record<string, string>): Promise<void> {
  const made = join(run, env.DEMO === "1" ? "demo" : "bare");
  if (await isFirst(`${made}.begun`)) await makeFirstStart(made, root, env);
  await untilThere(made);
  // The files keep their owner: root lends PostgreSQL's to another user.
  await promisify(execFile)("cp", ["-a", `${made}/.`, dataDir]);
}

const isFirst = (begun: string): Promise<boolean> =>
  mkdir(begun).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return false;
    throw error;
  });

async function makeFirstStart(made: string, root: string, env: Record<string, string>): Promise<void> {
  const making = `${made}.making`;
  try {
    await mkdir(join(making, "files"), { recursive: true });
    const { databasePassword, ...keys } = secretsOf(making);
    const cluster = await startPostgres({ dir: join(making, "postgres"), password: databasePassword, durable: false });
    try {
      const own = await openOwnDatabase(root, cluster);
      // The seed sends nothing.
      const nowhere = { SMTP_URL: "smtp://127.0.0.1:1" };
      const seeding = { ...process.env, ...nowhere, ...env, ...keys, STORAGE_DIR: join(making, "files"), DATABASE_URL: own.url };
      await migrateAndSeed({ root, dataDir: making, env: seeding, own, step: (_what, work) => work(() => undefined) });
      await own.finish();
    } finally {
      await cluster.stop();
    }
    await rename(making, made);
  } catch (error) {
    writeFileSync(`${made}.failed`, String(error));
    throw error;
  }
}

async function untilThere(made: string): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; !existsSync(made); await sleep(50)) {
    if (existsSync(`${made}.failed`)) throw new Error("the first start that all copy failed; the file that made it says why");
    if (Date.now() > giveUpAt) throw new Error(`there is no first start to copy after ${withinMs / 1_000} seconds`);
  }
}
