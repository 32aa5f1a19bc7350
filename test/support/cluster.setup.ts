import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startPostgres } from "~/infra/embedded/postgres.mjs";
import { applyMigrations } from "~/infra/migrations.server";

declare module "vitest" {
  interface ProvidedContext {
    /** A login that may create databases, on its `postgres` database. */
    clusterUrl: string;
    /** A migrated, empty database to clone; nobody may connect to it. */
    templateDatabase: string;
    /** A folder that goes with the run. */
    runFolder: string;
  }
}

/** Where a run keeps programs it has made: inside the project, whose packages they use. They go with the run. */
export const programsOf = (run: string): string => resolve(import.meta.dirname, "../../.cache/victims", run);

/**
 * One PostgreSQL per run: TEST_DATABASE_URL, or an embedded one in a temporary folder. The migrations run once, into
 * a template that every test file clones.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await openCluster();
  const template = `template_${randomUUID().replaceAll("-", "")}`;
  try {
    await onCluster(cluster.url, `CREATE DATABASE ${template}`);
    await applyMigrations(databaseUrl(cluster.url, template));
  } catch (error) {
    await cluster.close();
    throw error;
  }
  project.provide("clusterUrl", cluster.url);
  project.provide("templateDatabase", template);
  const runFolder = await mkdtemp(join(tmpdir(), "console-run-"));
  project.provide("runFolder", runFolder);
  return async () => {
    if (process.env.TEST_DATABASE_URL) await onCluster(cluster.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await cluster.close();
    await rm(runFolder, { recursive: true, force: true });
    await rm(programsOf(template), { recursive: true, force: true });
  };
}

async function openCluster(): Promise<{ url: string; close: () => Promise<void> }> {
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL, close: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), "console-postgres-"));
  const cluster = await startPostgres({ dir, password: randomUUID(), durable: false, maxConnections: 300 });
  return {
    url: cluster.url("postgres"),
    close: async () => {
      await cluster.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export async function onCluster(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export function databaseUrl(clusterUrl: string, name: string): string {
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
