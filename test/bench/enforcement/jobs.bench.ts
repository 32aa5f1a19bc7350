import { createPostgresBackend, Queue, withBackend, Worker, type Processor } from "bullmq";
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { z } from "zod";
import { createLogger, logDestination } from "~/infra/log.server";
import { createMailer } from "~/infra/mail.server";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import { openQueues } from "~/infra/queue.server";
import { defineProcessor, runProcessors, type JobDeps } from "../../../jobs/define-processor";
import { startRedis } from "../../support/redis";
import { median, report, rounds } from "../harness";
import type { Suite } from "../run";
import { benchDatabase } from "./bench-gate";

const concurrency = 10;
const payload = z.strictObject({ noticeId: z.uuid() });

interface Contender {
  /** Adds so many jobs and waits until all were worked off. @returns the milliseconds the work took */
  work(count: number): Promise<number>;
  close(): Promise<void>;
}

/** Counts jobs down; the clock starts when the worker is let loose on jobs that all stand already. */
function countdown() {
  let left = 0;
  let done: () => void = () => undefined;
  return {
    one: (): void => {
      left -= 1;
      if (left === 0) done();
    },
    of: (count: number): Promise<void> => {
      left = count;
      return new Promise((settle) => (done = settle));
    },
  };
}

async function timed(add: () => Promise<unknown>, worker: { resume(): void }, pause: () => Promise<void>, all: Promise<void>): Promise<number> {
  await add();
  const startedAt = performance.now();
  worker.resume();
  await all;
  const took = performance.now() - startedAt;
  await pause();
  return took;
}

const jobsOf = (count: number) => Array.from({ length: count }, () => ({ name: "notice.deliver", data: { noticeId: randomUUID() }, opts: { jobId: randomUUID() } }));
/** What the product's queue gives each job: it is stored and read with the job, so both contenders pay for it. */
const keeping = { removeOnComplete: { age: 86_400, count: 10_000 }, attempts: 5, backoff: { type: "exponential", delay: 2_000, jitter: 0.3 } };

/** The queue as the product opens it, with its wrapper around the work: parsing, log lines, outcomes. */
async function ours(deps: JobDeps, where: { databaseUrl: string; redisUrl: string | null }): Promise<Contender> {
  const left = countdown();
  const processor = defineProcessor("notice.deliver", payload, async () => {
    left.one();
    return { done: "handed over" };
  });
  const queues = await openQueues({ ...deps.config, ...where }, deps.log);
  const queue = queues.queue("notices");
  const failed = (_job: unknown, error: Error): void => void deps.log.error({ err: error }, "a job of the bench failed");
  const worker = await queues.worker("notices", runProcessors([processor], deps), { failed, error: (error) => failed(null, error) }, { concurrency }) as unknown as Worker;
  const running = worker.run();
  await worker.waitUntilReady();
  await worker.pause();
  return {
    work: (count) => timed(() => queue.addBulk(jobsOf(count)), worker, () => worker.pause(), left.of(count)),
    close: async () => {
      await worker.close();
      await running;
      await queues.close();
    },
  };
}

/** BullMQ's own queue and worker on the same backend, with the same options of jobs and as many connections, and nothing around the work. */
async function bare({ databaseUrl, redisUrl }: { databaseUrl: string; redisUrl: string | null }): Promise<Contender> {
  const left = countdown();
  const work: Processor = async () => {
    left.one();
    return "handed over";
  };
  const name = "bare";
  const redis = redisUrl ? [new Redis(redisUrl), new Redis(redisUrl, { maxRetriesPerRequest: null })] : null;
  const made = redis ? { Queue, Worker, connection: redis[0] } : { ...withBackend(createPostgresBackend), connection: { connectionString: databaseUrl, schema: "bullmq", migrate: true, max: 4 } };
  const queue = new (made.Queue as typeof Queue)(name, { connection: made.connection as Redis, defaultJobOptions: keeping });
  await queue.waitUntilReady();
  const worker = new (made.Worker as typeof Worker)(name, work, { connection: (redis?.[1] ?? made.connection) as Redis, concurrency, autorun: false });
  const running = worker.run();
  await worker.waitUntilReady();
  await worker.pause();
  return {
    work: (count) => timed(() => queue.addBulk(jobsOf(count)), worker, () => worker.pause(), left.of(count)),
    close: async () => {
      await worker.close();
      await running;
      await queue.close();
      for (const connection of redis ?? []) connection.disconnect();
    },
  };
}

/** Jobs a second through our wrapper beside BullMQ alone, on each backend. */
export const jobWrapper: Suite = async ({ clusterUrl, quick }) => {
  const bench = await benchDatabase(clusterUrl, "jobs");
  const redis = await startRedis();
  const mailer = createMailer("smtp://127.0.0.1:1");
  // Each job's line is written as in production, though nobody reads it.
  const deps = { ...bench.deps, mailer, parser: openMailParser(), log: createLogger({ level: "info", name: "bench" }, logDestination("/dev/null")) };
  try {
    let all = true;
    for (const [backend, redisUrl, size] of [["PostgreSQL", null, 2_000], ["Redis", redis.url, 10_000]] as const) {
      const where = { databaseUrl: bench.url, redisUrl };
      const [one, other] = [await ours(deps, where), await bare(where)];
      const count = quick ? size / 10 : size / 5;
      const pairs: { ours: number; bare: number }[] = [];
      for (let round = 0; round <= rounds; round += 1) {
        const taken = { ours: 0, bare: 0 };
        for (let turn = 0; turn < (quick ? 2 : 6); turn += 1) {
          if (turn % 2) taken.bare += await other.work(count);
          taken.ours += await one.work(count);
          if (turn % 2 === 0) taken.bare += await other.work(count);
        }
        if (round > 0) pairs.push(taken);
      }
      await Promise.all([one.close(), other.close()]);
      all =
        report(`Jobs on ${backend}, ${concurrency} at once`, [
          { what: "jobs a second, our wrapper ÷ bare BullMQ", value: median(pairs.map((pair) => pair.bare / pair.ours)), atLeast: 0.9 },
          { what: "jobs a second, ours", value: median(pairs.map((pair) => ((quick ? 2 : 6) * count * 1_000) / pair.ours)) },
        ]) && all;
    }
    return all;
  } finally {
    mailer.close();
    await redis.close();
    await bench.close();
  }
};
