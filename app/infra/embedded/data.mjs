import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { run } from "./command.mjs";

const database = { name: "console", beingMade: "console_being_made" };

/**
 * The database in a cluster of our own. A new one gets its name only when it is whole (`finish`): a first start that
 * was stopped on the way begins again.
 *
 * @typedef {{ url: string, isNew: boolean, finish: () => Promise<string> }} OwnDatabase
 * @param {string} root
 * @param {import("./postgres.mjs").Cluster} cluster
 * @returns {Promise<OwnDatabase>}
 */
export async function openOwnDatabase(root, cluster) {
  const query = async (/** @type {string} */ sql) => {
    const pg = /** @type {typeof import("pg")} */ (createRequire(join(root, "package.json"))("pg"));
    const client = new pg.Client({ connectionString: cluster.url("postgres") });
    // What breaks also rejects what is waited for, and an error nobody hears ends the process.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query(sql)).rowCount ?? 0;
    } finally {
      await client.end();
    }
  };
  const isNew = (await query(`SELECT 1 FROM pg_database WHERE datname = '${database.name}'`)) === 0;
  if (isNew) {
    await query(`DROP DATABASE IF EXISTS ${database.beingMade} WITH (FORCE)`);
    await query(`CREATE DATABASE ${database.beingMade}`);
  }
  return {
    url: cluster.url(isNew ? database.beingMade : database.name),
    isNew,
    finish: async () => {
      if (isNew) await query(`ALTER DATABASE ${database.beingMade} RENAME TO ${database.name}`);
      return cluster.url(database.name);
    },
  };
}

/**
 * Brings a database up to date. The seed changes nothing that is there already, so on a database of our own it is
 * left out when neither it nor the migrations have changed since it last ran.
 *
 * @param {{ root: string, dataDir: string, env: NodeJS.ProcessEnv, own?: OwnDatabase, step: import("./progress.mjs").Step, signal?: AbortSignal }} options
 */
export async function migrateAndSeed({ root, dataDir, env, own, step, signal }) {
  const stamp = join(dataDir, "seed.stamp");
  const wanted = fingerprint(root, env);
  if (own && !own.isNew && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const script = (/** @type {string} */ what, /** @type {string} */ file) => (/** @type {(line: string) => void} */ tell) =>
    run(what, process.execPath, ["--import", "tsx", join(root, file)], { cwd: root, env, signal, onLine: tell });
  await step("Applying migrations", script("Applying the migrations", "prisma/migrate.ts"));
  await step("Seeding platforms, policies and the demo", script("Seeding", "prisma/seed.ts"));
  if (own) writeFileSync(stamp, wanted);
}

/** @param {string} root @param {NodeJS.ProcessEnv} env */
function fingerprint(root, env) {
  const hash = createHash("sha256").update(String(env.DEMO));
  const visit = (/** @type {string} */ path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(relative(root, path)).update(readFileSync(path));
  };
  for (const name of readdirSync(join(root, "prisma")).sort()) if (name !== "generated") visit(join(root, "prisma", name));
  return hash.digest("hex");
}
