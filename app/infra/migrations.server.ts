import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Client } from "pg";

export interface Migration {
  /** The folder's name; its leading time stamp is the order. */
  name: string;
  sql: string;
  /** SHA-256 of the file in hex, as Prisma records it. */
  checksum: string;
}

export interface AppliedMigration {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
}

export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const migrationsDir = resolve(import.meta.dirname, "../../prisma/migrations");

/** Prisma takes this very lock, so that its CLI and this never migrate at the same time. */
const advisoryLock = 72_707_369;

const historyTable = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL,
  "checksum" VARCHAR(64) NOT NULL,
  "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT,
  "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(),
  "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/** The migrations this version of the product needs, oldest first. */
export async function listMigrations(dir = migrationsDir): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
  return Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(dir, name, "migration.sql"));
      return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
}

/**
 * Which migrations the database lacks.
 *
 * @throws MigrationError when history and files disagree: a migration that was edited after it was applied, or one
 *   that the Prisma CLI began and could not finish
 */
export function pendingAmong(known: Migration[], history: AppliedMigration[]): Migration[] {
  const standing = history.filter((row) => row.rolled_back_at === null);
  for (const row of standing) {
    if (row.finished_at === null) throw new MigrationError(`Migration ${row.migration_name} was begun and not finished: repair the database, then mark it with "prisma migrate resolve".`);
    const file = known.find((migration) => migration.name === row.migration_name);
    if (file && file.checksum !== row.checksum) throw new MigrationError(`Migration ${file.name} was edited after it was applied: restore it and write a new migration instead.`);
  }
  return known.filter((migration) => !standing.some((row) => row.migration_name === migration.name));
}

/**
 * Brings the database to this version: each missing migration in a transaction of its own, recorded as Prisma
 * records it, while every other process that wants to migrate waits.
 *
 * @returns the names of the migrations that were applied
 */
export async function applyMigrations(url: string, options: { dir?: string; onApply?: (name: string) => void } = {}): Promise<string[]> {
  const known = await listMigrations(options.dir);
  const client = new Client({ connectionString: url, application_name: "trust-safety-console migrations" });
  // What breaks also rejects what is waited for, and an error nobody hears ends the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [advisoryLock]);
    await client.query(historyTable);
    const history = await client.query<AppliedMigration>('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"');
    const pending = pendingAmong(known, history.rows);
    for (const migration of pending) {
      options.onApply?.(migration.name);
      await applyOne(client, migration);
    }
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

async function applyOne(client: Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw new MigrationError(`Migration ${migration.name} failed and was undone: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Anything that can run one SQL query: the application's database handle, for the readiness check. */
export interface HistoryReader {
  $queryRawUnsafe(sql: string): Promise<unknown>;
}

/** The names of the migrations the database still lacks; a database that was never migrated lacks all of them. */
export async function pendingMigrations(db: HistoryReader, dir?: string): Promise<string[]> {
  const known = await listMigrations(dir);
  const [found] = (await db.$queryRawUnsafe(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`)) as { present: boolean }[];
  if (!found?.present) return known.map((migration) => migration.name);
  const history = (await db.$queryRawUnsafe('SELECT migration_name, checksum, finished_at, rolled_back_at FROM "_prisma_migrations"')) as AppliedMigration[];
  return pendingAmong(known, history).map((migration) => migration.name);
}
