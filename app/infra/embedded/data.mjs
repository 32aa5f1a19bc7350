import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { run } from "./command.mjs";

/** @param {string} root @param {string} url of the cluster @param {string} name */
export async function ensureDatabase(root, url, name) {
  const pg = /** @type {typeof import("pg")} */ (createRequire(join(root, "package.json"))("pg"));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE "${name}"`);
  } finally {
    await client.end();
  }
}

/**
 * Brings the database up to date. The seed changes nothing that is there already, so on a database of our own it is
 * left out when neither it nor the migrations have changed since it last ran.
 *
 * @param {{ root: string, dataDir: string, env: NodeJS.ProcessEnv, ours: boolean, step: import("./progress.mjs").Step, signal?: AbortSignal }} options
 * @returns {Promise<boolean>} whether the database holds the seed
 */
export async function migrateAndSeed({ root, dataDir, env, ours, step, signal }) {
  const stamp = join(dataDir, "seed.stamp");
  const wanted = fingerprint(root, env);
  if (ours && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  const tsx = (/** @type {string} */ file) => ["--import", "tsx", join(root, file)];
  await step("Applying migrations", (tell) => run("Applying the migrations", process.execPath, tsx("prisma/migrate.ts"), { cwd: root, env, signal, onLine: tell }));
  if (!existsSync(join(root, "prisma/seed.ts"))) return false;
  await step("Seeding platforms, policies and the demo", (tell) => run("Seeding", process.execPath, tsx("prisma/seed.ts"), { cwd: root, env, signal, onLine: tell }));
  if (ours) writeFileSync(stamp, wanted);
  return true;
}

/** @param {string} root @param {NodeJS.ProcessEnv} env */
function fingerprint(root, env) {
  const hash = createHash("sha256").update(`${env.DATABASE_URL?.split("/").at(-1)} ${env.DEMO}`);
  const visit = (/** @type {string} */ path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(path).update(readFileSync(path));
  };
  for (const name of readdirSync(join(root, "prisma")).sort()) if (name !== "generated") visit(join(root, "prisma", name));
  return hash.digest("hex");
}
