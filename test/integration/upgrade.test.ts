import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { applyMigrations, listMigrations } from "~/infra/migrations.server";
import { databaseUrl, onCluster } from "../support/cluster.setup";

/** What came after the first release meets a row in each of its tables, as it will where the product is in use. */
const name = `upgrade_${process.pid}`;
let url: string;
let dir: string;
let client: Client;

beforeAll(async () => {
  await onCluster(inject("clusterUrl"), `CREATE DATABASE ${name}`);
  url = databaseUrl(inject("clusterUrl"), name);
  dir = await mkdtemp(join(tmpdir(), "console-upgrade-"));
  client = new Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await onCluster(inject("clusterUrl"), `DROP DATABASE ${name} WITH (FORCE)`);
  await rm(dir, { recursive: true, force: true });
});

/** One id for everything: each reference finds its row. */
const one = "'01890000-0000-7000-8000-000000000001'";
const byType: Record<string, string> = {
  uuid: one,
  text: "'x'",
  varchar: "'x'",
  int2: "1",
  bpchar: "'x'",
  int4: "1",
  int8: "1",
  float8: "1",
  numeric: "1",
  bool: "false",
  json: "'{}'",
  jsonb: "'{}'",
  timestamptz: "now()",
  date: "current_date",
  bytea: "''",
};

/** The last migration of the first release: nobody has data in an older schema. */
const firstRelease = "20261120111800_report_revised";

/** From here on ids of events are known by a hash; those that were taken before are still known. */
const narrowKeys = "20261127192600_event_keys";

/** What a row takes beyond a value of each column's type, where a table's own rules ask for more. */
const particular: Record<string, Record<string, string>> = {
  access_link: { report_id: one },
  action: { decision_id: one },
  decision_evidence: { report_id: one },
  evidence_file: { report_id: one },
  gate_change: { seq: "0" },
  webhook_message: { seq: "0" },
  feature: { code: "'all_messages'" },
  strike: { expires_at: "now() + interval '1 year'" },
};

interface Column {
  column: string;
  type: string;
  enumerated: string | null;
  required: boolean;
}

async function emptyTables(): Promise<string[]> {
  const { rows } = await client.query<{ table: string }>(
    "SELECT c.relname AS table FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_prisma_migrations' ORDER BY 1",
  );
  const empty: string[] = [];
  for (const { table } of rows) if ((await client.query(`SELECT 1 FROM "${table}" LIMIT 1`)).rowCount === 0) empty.push(table);
  return empty;
}

async function fill(table: string): Promise<void> {
  const { rows: columns } = await client.query<Column>(
    `SELECT a.attname AS column, t.typname AS type, a.attnotnull AND NOT a.atthasdef AND a.attgenerated = '' AS required,
            (SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY enumsortorder LIMIT 1) AS enumerated
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity = ''`,
    [`"${table}"`],
  );
  const given = particular[table] ?? {};
  const values = columns
    .filter(({ column, required }) => required || column in given)
    .map(({ column, type, enumerated }) => [column, given[column] ?? (enumerated === null ? (type.startsWith("_") ? "'{}'" : byType[type]) : `'${enumerated}'`)] as const);
  if (values.length === 0) return void (await client.query(`INSERT INTO "${table}" DEFAULT VALUES`));
  await client.query(`INSERT INTO "${table}" (${values.map(([column]) => `"${column}"`).join()}) VALUES (${values.map(([, value]) => value).join()})`);
}

test("a database of the first release with a row in every table upgrades", async () => {
  const bring = async (names: readonly string[]) => {
    for (const migration of names) await cp(join(import.meta.dirname, "../../prisma/migrations", migration), join(dir, migration), { recursive: true });
    expect(await applyMigrations(url, { dir })).toEqual(names);
  };
  const names = (await listMigrations()).map((migration) => migration.name);
  await bring(names.filter((migration) => migration <= firstRelease));
  await client.query("SET session_replication_role = replica");
  for (const table of await emptyTables()) await fill(table);
  await client.query("SET session_replication_role = origin");
  expect(await emptyTables()).toEqual([]);
  await bring(names.filter((migration) => migration > firstRelease && migration < narrowKeys));
  for (const id of ["m-1", "wamid.".padEnd(100, "x")]) await client.query(`INSERT INTO stream.event_key SELECT floor(extract(epoch FROM now()) / 604800)::int, ${one}, $1`, [id]);
  await bring(names.filter((migration) => migration >= narrowKeys));
  const known = async (id: string) => (await client.query(`SELECT 1 FROM stream.event_key WHERE head = stream.event_head($1) AND hash = stream.event_hash(${one}, $1)`, [id])).rowCount;
  expect([await known("m-1"), await known("wamid.".padEnd(100, "x")), await known("m-2")]).toEqual([1, 1, 0]);
});
