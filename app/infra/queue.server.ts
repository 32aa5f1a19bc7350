import { createPostgresBackend, Queue as RedisQueue, withBackend, Worker as RedisWorker, type Job, type JobsOptions, type Processor, type WorkerOptions } from "bullmq";
import { Redis } from "ioredis";
import type { Config } from "./config.server";
import type { Logger } from "./log.server";
import { queueNames, type QueueName } from "./outbox-topics";

/** BullMQ keeps its data apart: in this schema on PostgreSQL (the readiness probe looks for it), under this prefix on Redis. */
const namespace = "bullmq";

/** Connections of one queue or worker to PostgreSQL, beside the one it listens on. */
const poolSize = 4;

type Where = Pick<Config, "databaseUrl" | "redisUrl">;

/** What the product uses of BullMQ's queue, the same on both backends. */
export interface JobQueue {
  name: string;
  addBulk(jobs: { name: string; data: unknown; opts?: JobsOptions }[]): Promise<unknown>;
  upsertJobScheduler(id: string, repeat: { every: number }, template: { name: string; data: unknown; opts?: Omit<JobsOptions, "jobId" | "repeat" | "delay"> }): Promise<unknown>;
  getJobSchedulers(): Promise<{ key: string }[]>;
  removeJobScheduler(id: string): Promise<boolean>;
  getJobCounts(...states: ("active" | "waiting" | "delayed" | "failed" | "completed")[]): Promise<Record<string, number>>;
  getFailed(start?: number, end?: number): Promise<unknown[]>;
  getJob(id: string): Promise<unknown>;
  promoteJobs(): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

export interface JobWorker {
  run(): Promise<void>;
  /** Takes no further job and resolves when those under way have ended. */
  pause(): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  close(force?: boolean): Promise<void>;
}

export type WorkerTuning = Pick<WorkerOptions, "concurrency" | "lockDuration" | "stalledInterval">;

export interface WorkerEvents {
  /** The queue has it that the job is done. */
  completed?(job: Job): void;
  failed(job: Job | undefined, error: Error): void;
  error(error: Error): void;
}

export interface Queues {
  backend: "postgres" | "redis";
  queue(name: QueueName): JobQueue;
  /** @returns when it is ready to be run */
  worker(name: QueueName, process: Processor, events: WorkerEvents, tuning?: WorkerTuning): Promise<JobWorker>;
  close(): Promise<void>;
}

/**
 * The one place that chooses what BullMQ runs on: Redis where `REDIS_URL` is set, else the PostgreSQL that holds
 * everything else. Brings BullMQ's own tables up to date before it returns.
 */
export async function openQueues(where: Where, log: Logger): Promise<Queues> {
  const factory = where.redisUrl ? onRedis(where.redisUrl, log) : onPostgres(where.databaseUrl, log);
  const opened = new Map<QueueName, JobQueue>();
  const close = async () => {
    await Promise.all([...opened.values()].map((each) => each.close()));
    await factory.close();
  };
  const open = async (name: QueueName, migrate: boolean) => void opened.set(name, await factory.queue(name, migrate));
  const [first, ...others] = queueNames;
  try {
    await open(first, true);
    await Promise.all(others.map((name) => open(name, false)));
  } catch (error) {
    await close();
    throw error;
  }
  return { backend: factory.backend, queue: (name) => opened.get(name)!, worker: factory.worker, close };
}

/**
 * Finished jobs are kept for a day, so that a relay that crashed before its mark does not run one twice for nothing;
 * dead ones stay until a person retries or removes them. A worker killed over and over must not turn a job into a
 * dead one: only its own errors count.
 */
const jobDefaults = { removeOnComplete: { age: 86_400, count: 10_000 }, attempts: 5, backoff: { type: "exponential", delay: 2_000, jitter: 0.3 } } satisfies JobsOptions;
const workerDefaults = { maxStalledCount: 1_000, autorun: false } satisfies Partial<WorkerOptions>;

interface Factory {
  backend: Queues["backend"];
  queue(name: QueueName, migrate: boolean): Promise<JobQueue>;
  worker: Queues["worker"];
  close(): Promise<void>;
}

function onPostgres(connectionString: string, log: Logger): Factory {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString, schema: namespace, max: poolSize, application_name: "trust-safety-console queue" };
  return {
    backend: "postgres",
    queue: (name, migrate) => ready(listened(new Queue(name, { connection: { ...connection, migrate }, defaultJobOptions: jobDefaults }), log)),
    worker: (name, process, events, tuning) => {
      const worker = new Worker(name, process, { ...workerDefaults, ...tuning, connection });
      if (events.completed) worker.on("completed", events.completed);
      worker.on("failed", events.failed);
      worker.on("error", events.error);
      return ready(worker);
    },
    close: async () => undefined,
  };
}

/**
 * BullMQ looks at its tables once and remembers how that went: a worker whose connection was lost in the middle, as when the server
 * restarts just then, would ask again for ever without a pause. So nothing is used before it is ready, and who starts it hears why not.
 */
async function ready<Part extends Pick<JobWorker, "waitUntilReady">>(part: Part): Promise<Part> {
  await part.waitUntilReady();
  return part;
}

function onRedis(url: string, log: Logger): Factory {
  const options = { prefix: namespace };
  const shared = connectRedis(url, log, { maxRetriesPerRequest: 20 });
  const opened: Redis[] = [shared];
  return {
    backend: "redis",
    queue: (name) => ready(listened(new RedisQueue(name, { ...options, connection: shared, defaultJobOptions: jobDefaults }), log)),
    worker: (name, process, events, tuning) => {
      const connection = connectRedis(url, log, { maxRetriesPerRequest: null });
      opened.push(connection);
      // BullMQ waits for jobs on a twin of it. It may connect that one again as the worker closes, and forget it.
      const duplicate = connection.duplicate.bind(connection);
      connection.duplicate = (override) => {
        const twin = listenedTo(duplicate(override), log);
        opened.push(twin);
        return twin;
      };
      const worker = new RedisWorker(name, process, { ...workerDefaults, ...tuning, ...options, connection });
      if (events.completed) worker.on("completed", events.completed);
      worker.on("failed", events.failed);
      worker.on("error", events.error);
      return ready(worker);
    },
    close: async () => {
      for (const connection of opened) {
        connection.options.retryStrategy = () => null;
        connection.disconnect();
      }
    },
  };
}

function connectRedis(url: string, log: Logger, options: { maxRetriesPerRequest: number | null }): Redis {
  return listenedTo(new Redis(url, { ...options, connectionName: "trust-safety-console" }), log);
}

const listenedTo = (connection: Redis, log: Logger): Redis => connection.on("error", (error) => log.warn({ err: error }, "the connection to Redis failed"));

function listened<Q extends JobQueue & { on(event: "error", listener: (error: Error) => void): unknown }>(queue: Q, log: Logger): Q {
  queue.on("error", (error) => log.warn({ err: error, queue: queue.name }, "the queue's connection failed"));
  return queue;
}

/** A job whose tries are used up, as the operator sees it. Its data names rows and holds no personal data. */
export interface FailedJob {
  id: string;
  queue: QueueName;
  topic: string;
  payload: unknown;
  attempts: number;
  reason: string;
  failedAt: Date | null;
}

/** Dead letters of all queues, newest first within each. */
export async function listFailedJobs(queues: Queues, limit = 100): Promise<FailedJob[]> {
  const lists = await Promise.all(
    queueNames.map(async (name) => {
      const jobs = (await queues.queue(name).getFailed(0, limit - 1)) as Job[];
      return jobs.map((job) => described(name, job));
    }),
  );
  return lists.flat().slice(0, limit);
}

/** The dead job with this id, or null. */
export async function findFailedJob(queues: Queues, id: string): Promise<FailedJob | null> {
  const found = await findFailed(queues, id);
  return found ? described(found.queue, found.job) : null;
}

const described = (queue: QueueName, job: Job): FailedJob => ({
  id: job.id ?? "",
  queue,
  topic: job.name,
  payload: job.data,
  attempts: job.attemptsMade,
  reason: job.failedReason ?? "",
  failedAt: job.finishedOn ? new Date(job.finishedOn) : null,
});

/** Puts one dead job back to work with all its tries. @returns whether there was such a job */
export async function retryFailedJob(queues: Queues, id: string): Promise<boolean> {
  const found = await findFailed(queues, id);
  await found?.job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
  return found !== null;
}

/** Drops one dead job, for work that was done or given up otherwise. @returns whether there was such a job */
export async function removeFailedJob(queues: Queues, id: string): Promise<boolean> {
  const found = await findFailed(queues, id);
  await found?.job.remove();
  return found !== null;
}

async function findFailed(queues: Queues, id: string): Promise<{ queue: QueueName; job: Job } | null> {
  for (const queue of queueNames) {
    const job = (await queues.queue(queue).getJob(id)) as Job | undefined;
    if (job && (await job.isFailed())) return { queue, job };
  }
  return null;
}
