import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "~/infra/embedded/ports.mjs";

export interface TestRedis {
  url: string;
  /** Forgets everything: call before each test. */
  flush(): Promise<void>;
  /** Hangs up on everybody. */
  dropClients(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A real Redis: the one of TEST_REDIS_URL, in a database that no test file running at the same time uses, or a
 * `redis-server` of its own on a free port.
 */
export async function startRedis(): Promise<TestRedis> {
  const server = process.env.TEST_REDIS_URL ? null : await spawnRedis();
  const url = new URL(server?.url ?? process.env.TEST_REDIS_URL!);
  url.pathname = `/${process.env.VITEST_POOL_ID ?? "0"}`;
  return {
    url: url.toString(),
    async flush() {
      const client = new Redis(url.toString(), { maxRetriesPerRequest: 1 });
      await client.flushdb();
      client.disconnect();
    },
    async dropClients() {
      const client = new Redis(url.toString(), { maxRetriesPerRequest: 1 });
      await client.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      client.disconnect();
    },
    close: async () => server?.close(),
  };
}

async function spawnRedis(): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), "console-redis-"));
  const child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir], { stdio: "ignore" });
  const failed = once(child, "error").then(([error]) => {
    throw new Error("redis-server cannot be started: install it or set TEST_REDIS_URL", { cause: error });
  });
  const url = `redis://127.0.0.1:${port}`;
  await Promise.race([failed, answers(url)]);
  return {
    url,
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on("error", () => undefined);
  for (let tries = 0; tries < 200; tries += 1) {
    const up = await client.connect().then(() => client.ping(), () => null);
    if (up === "PONG") return client.disconnect();
    await sleep(25);
  }
  client.disconnect();
  throw new Error("redis-server did not answer within five seconds");
}
