import { resolve } from "node:path";
import { readEnvironment } from "~/infra/embedded/environment.mjs";
import { applyMigrations, MigrationError } from "~/infra/migrations.server";

const url = readEnvironment(resolve(import.meta.dirname, "..")).DATABASE_URL;
if (!url) {
  process.stderr.write("DATABASE_URL is not set: give the address of the database to migrate.\n");
  process.exit(1);
}

try {
  const applied = await applyMigrations(url, { onApply: (name) => process.stdout.write(`applying ${name}\n`) });
  process.stdout.write(applied.length > 0 ? `${applied.length} applied, the database is up to date\n` : "the database is up to date\n");
} catch (error) {
  process.stderr.write(`${error instanceof MigrationError ? error.message : `The database could not be migrated: ${error instanceof Error ? error.message : String(error)}`}\n`);
  process.exit(1);
}
