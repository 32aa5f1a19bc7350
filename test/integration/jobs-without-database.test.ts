import type { Job } from "bullmq";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { openQueues } from "~/infra/queue.server";
import { defineProcessor, runProcessors, type JobDeps } from "../../jobs/define-processor";
import { testDatabase, type TestDatabase } from "../support/database";
import { startRedis, type TestRedis } from "../support/redis";

let database: TestDatabase;
let redis: TestRedis;

beforeAll(async () => {
  [database, redis] = await Promise.all([testDatabase(), startRedis()]);
  await redis.flush();
});
afterAll(() => Promise.all([database.close(), redis.close()]));

/** Nobody listens at port 1. */
const away = "postgresql://nobody@127.0.0.1:1/nothing";

test("a job on Redis outlasts a database that is away for longer than it has tries, and still has all of them for its own errors", async () => {
  const deps = await database.deps();
  const said: string[] = [];
  const tries = { away: 0, own: 0 };
  let url = away;
  const work = defineProcessor("notice.deliver", z.unknown(), async () => {
    const client = new Client({ connectionString: url });
    tries.away += url === away ? 1 : 0;
    await client.connect();
    await client.query("SELECT 1");
    await client.end();
    tries.own += 1;
    if (tries.own === 1) throw new TypeError("an error of its own");
    return { done: "at last" };
  });
  const queues = await openQueues({ databaseUrl: database.url, redisUrl: redis.url }, deps.log);
  const queue = queues.queue("notices");
  const failed: string[] = [];
  const done: Job[] = [];
  const events = { completed: (job: Job) => void done.push(job), failed: (_job: unknown, error: Error) => void failed.push(error.message), error: (error: Error) => void said.push(error.message) };
  const worker = await queues.worker("notices", runProcessors([work], deps as unknown as JobDeps), events);
  const running = worker.run();
  await queue.addBulk([{ name: "notice.deliver", data: {}, opts: { attempts: 2, backoff: { type: "fixed", delay: 10 } } }]);

  for (let outage = 1; outage <= 4; outage += 1) {
    await expect.poll(() => queue.getJobCounts("delayed")).toMatchObject({ delayed: 1 });
    expect(tries).toEqual({ away: outage, own: 0 });
    if (outage === 4) url = database.url;
    await queue.promoteJobs();
    if (outage < 4) await expect.poll(() => tries.away).toBe(outage + 1);
  }
  await expect.poll(() => done.length).toBe(1);
  expect(done[0]!.returnvalue).toBe("at last");
  expect(failed).toEqual(["TypeError"]);
  expect(said).toEqual([]);

  await worker.close();
  await running;
  await queues.close();
});
