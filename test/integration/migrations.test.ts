import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openDb } from "~/infra/db.server";
import { applyMigrations, listMigrations, pendingMigrations } from "~/infra/migrations.server";
import { databaseUrl, onCluster } from "../support/cluster.setup";

const name = `migrations_${process.pid}`;
let url: string;
let dir: string;
let client: Client;

beforeAll(async () => {
  await onCluster(inject("clusterUrl"), `CREATE DATABASE ${name}`);
  url = databaseUrl(inject("clusterUrl"), name);
  dir = await mkdtemp(join(tmpdir(), "console-migrations-"));
  client = new Client({ connectionString: url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await onCluster(inject("clusterUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
  await rm(dir, { recursive: true, force: true });
});

async function write(migration: string, sql: string): Promise<void> {
  await mkdir(join(dir, migration), { recursive: true });
  await writeFile(join(dir, migration, "migration.sql"), sql);
}

test("applies in order, once, and records what Prisma would record", async () => {
  await write("20260102000000_second", "ALTER TABLE shelf ADD COLUMN height int;");
  await write("20260101000000_first", "CREATE TABLE shelf (id int); INSERT INTO shelf VALUES (1);");
  expect(await applyMigrations(url, { dir })).toEqual(["20260101000000_first", "20260102000000_second"]);
  expect(await applyMigrations(url, { dir })).toEqual([]);
  const { rows } = await client.query("SELECT migration_name, checksum, finished_at, applied_steps_count FROM _prisma_migrations ORDER BY 1");
  expect(rows).toHaveLength(2);
  const sha = createHash("sha256").update(await readFile(join(dir, "20260101000000_first/migration.sql"))).digest("hex");
  expect(rows[0]).toMatchObject({ migration_name: "20260101000000_first", checksum: sha, applied_steps_count: 1, finished_at: expect.any(Date) });
});

test("two processes at once apply a migration once", async () => {
  await write("20260103000000_third", "SELECT pg_sleep(0.3); CREATE TABLE once_only (id int);");
  const applied = await Promise.all([applyMigrations(url, { dir }), applyMigrations(url, { dir })]);
  expect(applied.flat()).toEqual(["20260103000000_third"]);
});

test("a failing migration leaves nothing behind and is named", async () => {
  await write("20260104000000_broken", "CREATE TABLE half (id int); SELECT * FROM no_such_table;");
  await expect(applyMigrations(url, { dir })).rejects.toThrow(/20260104000000_broken failed and was undone: .*no_such_table/);
  const { rows } = await client.query("SELECT to_regclass('half') AS half");
  expect(rows[0]).toEqual({ half: null });
  await rm(join(dir, "20260104000000_broken"), { recursive: true });
});

test("readiness lists what is missing, and only that", async () => {
  const db = await openDb(url, { role: "login" });
  try {
    expect(await pendingMigrations(db, dir)).toEqual([]);
    await write("20260105000000_later", "SELECT 1;");
    expect(await pendingMigrations(db, dir)).toEqual(["20260105000000_later"]);
  } finally {
    await db.$disconnect();
  }
});

test("an applied migration that was edited is refused by name", async () => {
  await write("20260102000000_second", "ALTER TABLE shelf ADD COLUMN depth int;");
  await expect(applyMigrations(url, { dir })).rejects.toThrow("Migration 20260102000000_second was edited after it was applied");
});

test("the product's own migrations are all in the cloned template, and the product runs as its own role", async () => {
  const copy = `copy_${process.pid}`;
  await onCluster(inject("clusterUrl"), `CREATE DATABASE ${copy} TEMPLATE ${inject("templateDatabase")}`);
  const db = await openDb(databaseUrl(inject("clusterUrl"), copy));
  try {
    expect(await pendingMigrations(db)).toEqual([]);
    expect((await listMigrations()).length).toBeGreaterThan(0);
    expect(await db.$queryRaw`SELECT current_user::text AS role`).toEqual([{ role: "console_app" }]);
  } finally {
    await db.$disconnect();
    await onCluster(inject("clusterUrl"), `DROP DATABASE ${copy} WITH (FORCE)`);
  }
});
