import { Redis } from "ioredis";
import type { Deps } from "~/infra/deps.server";
import { pendingMigrations } from "~/infra/migrations.server";

export type PartState = { ok: true } | { ok: false; reason: string };

export interface Readiness {
  ready: boolean;
  parts: { process: PartState; database: PartState; migrations: PartState; queue: PartState };
}

const patienceMs = 3_000;

const ready: PartState = { ok: true };
const notReady = (reason: string): PartState => ({ ok: false, reason });

/** Asks every part each time; nothing is remembered, so the answer is true when it is given. */
export function createReadinessProbe(deps: Deps) {
  const redis = deps.config.redisUrl
    ? new Redis(deps.config.redisUrl, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: patienceMs, commandTimeout: patienceMs, enableOfflineQueue: true })
    : null;
  redis?.on("error", () => undefined);

  const database = probe("The database does not answer.", async () => {
    await deps.db.$queryRaw`SELECT 1`;
    return ready;
  });

  const migrations = probe("The migrations of the database cannot be read.", async () => {
    const missing = await pendingMigrations(deps.db);
    return missing.length === 0 ? ready : notReady(`Not applied yet: ${missing.join(", ")}.`);
  });

  const queue = probe("The queue does not answer.", async () => {
    if (redis) {
      await redis.ping();
      return ready;
    }
    const [found] = await deps.db.$queryRaw<{ exists: boolean }[]>`
      SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'bullmq' AND c.relname = 'job') AS exists`;
    return found?.exists ? ready : notReady("The queue has not been set up in the database yet: start a worker.");
  });

  return {
    async check(draining: boolean): Promise<Readiness> {
      const [db, applied, queued] = await Promise.all([database(), migrations(), queue()]);
      const parts = { process: draining ? notReady("The process is shutting down.") : ready, database: db, migrations: applied, queue: queued };
      return { ready: Object.values(parts).every((part) => part.ok), parts };
    },
    close: () => redis?.disconnect(),
  };
}

export type ReadinessProbe = ReturnType<typeof createReadinessProbe>;

/** A part that throws or stays silent is not ready. What it threw is for the log of that part, not for the caller. */
const probe = (sentence: string, ask: () => Promise<PartState>) => async (): Promise<PartState> => {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<PartState>((settle) => {
    timer = setTimeout(() => settle(notReady(sentence)), patienceMs);
  });
  try {
    return await Promise.race([ask(), silence]);
  } catch {
    return notReady(sentence);
  } finally {
    clearTimeout(timer);
  }
};
