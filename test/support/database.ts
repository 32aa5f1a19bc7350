import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DateTime, type DurationLike } from "luxon";
import { Client } from "pg";
import { inject } from "vitest";
import type { Clock } from "~/infra/clock";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { databaseUrl, onCluster } from "./cluster.setup";

/** A clock that stands still until the test moves it. */
export interface TestClock extends Clock {
  set(instant: string): void;
  advance(by: DurationLike): void;
}

export type TestDeps = Omit<Deps, "clock"> & { clock: TestClock };

export interface TestDatabase {
  url: string;
  /** Dependencies on this database; they are closed with it. */
  deps(clockStart?: string, env?: Record<string, string>): Promise<TestDeps>;
  close(): Promise<void>;
}

export function testClock(start: string): TestClock {
  let now = parseInstant(start);
  const clock = (() => now) as TestClock;
  clock.set = (instant) => {
    now = parseInstant(instant);
  };
  clock.advance = (by) => {
    now = now.plus(by);
  };
  return clock;
}

function parseInstant(text: string): DateTime<true> {
  const instant = DateTime.fromISO(text, { zone: "utc" });
  if (!instant.isValid) throw new Error(`not an instant: ${text}`);
  return instant;
}

/** Fixed keys, so that a test can restart its dependencies and still open what it sealed. */
export const testEnvironment = (url: string, storageDir: string): Record<string, string> => ({
  NODE_ENV: "test",
  DATABASE_URL: url,
  DATABASE_POOL: "5",
  SMTP_URL: "smtp://127.0.0.1:1",
  NOTICES_PER_DOMAIN: "1000",
  NOTICES_WARM_UP: "0",
  FIELD_KEYS: `demo-test:${Buffer.alloc(32, "field").toString("base64")}`,
  LOOKUP_KEY: "demo-lookup-key-of-the-test-suite",
  STORAGE_DIR: storageDir,
  DEMO: "1",
  LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
});

const patienceMs = 5_000;

/**
 * A worker that was stopped in the middle of its work is still closing connections, and BullMQ takes its listener off the one it
 * waits on before it closes it: cut off there, it would fail for nobody to hear, and that ends a test run.
 */
async function everybodyHasLeft(cluster: string, name: string): Promise<void> {
  const client = new Client({ connectionString: cluster });
  await client.connect();
  try {
    for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(20)) {
      const { rowCount } = await client.query("SELECT 1 FROM pg_stat_activity WHERE datname = $1", [name]);
      if (rowCount === 0) return;
    }
  } finally {
    await client.end();
  }
}

/** A migrated database of its own for one test file: call in `beforeAll`, close in `afterAll`. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = inject("clusterUrl");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onCluster(cluster, `CREATE DATABASE ${name} TEMPLATE ${inject("templateDatabase")}`);
  const url = databaseUrl(cluster, name);
  const storageDir = await mkdtemp(join(tmpdir(), "console-files-"));
  const open: Deps[] = [];
  return {
    url,
    async deps(clockStart = "2026-11-20T21:00:00Z", env = {}) {
      const clock = testClock(clockStart);
      const deps = await buildDeps(loadConfig({ ...testEnvironment(url, storageDir), ...env }), "test", clock);
      open.push(deps);
      return { ...deps, clock };
    },
    async close() {
      await Promise.all(open.map(closeDeps));
      await everybodyHasLeft(cluster, name);
      await onCluster(cluster, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await rm(storageDir, { recursive: true, force: true });
    },
  };
}
