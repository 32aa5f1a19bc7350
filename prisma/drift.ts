import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { applyMigrations } from "~/infra/migrations.server";
import { diffWithSchema } from "./schema-engine";

const usage = `Compares a database made by the migrations with prisma/schema.prisma.

  npm run drift                             fails and prints the difference, if there is one
  npm run drift -- --script                 prints the SQL of the missing migration
  npm run drift -- --script add_case_owner  writes it to prisma/migrations/<time>_add_case_owner/migration.sql
`;

const { values, positionals } = parseArgs({
  options: { script: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  allowPositionals: true,
});

if (values.help) process.stdout.write(usage);
else process.exitCode = await drift();

async function drift(): Promise<number> {
  const dir = await mkdtemp(join(tmpdir(), "console-drift-"));
  const cluster = await startPostgres({ dir, password: randomUUID(), durable: false });
  try {
    await applyMigrations(cluster.url("postgres"));
    const found = await diffWithSchema(cluster.url("postgres"), resolve(import.meta.dirname, "schema.prisma"));
    return await report(found);
  } finally {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

async function report(found: { summary: string; sql: string } | null): Promise<number> {
  if (!found) {
    process.stdout.write("the migrations and schema.prisma agree\n");
    return 0;
  }
  if (!values.script) {
    process.stdout.write(`The migrations and schema.prisma disagree; this is missing from the migrations:\n${found.summary}\n`);
    return 1;
  }
  const [name] = positionals;
  if (!name) {
    process.stdout.write(found.sql);
    return 0;
  }
  const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const folder = resolve(import.meta.dirname, "migrations", `${stamp}_${name.replaceAll(/\W+/g, "_")}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "migration.sql"), found.sql);
  process.stdout.write(`wrote ${join(folder, "migration.sql")}: read it before you apply it\n`);
  return 0;
}
