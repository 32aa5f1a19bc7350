import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "bullmq";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { queueOf } from "~/infra/outbox-topics";
import type { Queues } from "~/infra/queue.server";
import { markFinished } from "./finished-work";
import { schedules, syncSchedules } from "./schedules";

/** A job that was handed over this long ago and is not finished is asked after. */
const patience = { minutes: 1 };
const pageSize = 500;

interface Unfinished {
  id: string;
  topic: string;
  relayedAt: Date;
}

/**
 * The queue may forget (a flushed Redis, a replica that took over too early, a job removed by hand); the outbox does
 * not. Work that was handed over long ago, is not finished and is unknown to the queue is handed over again. It may have
 * been done all the same, with its mark lost: its row decides, as with every job.
 *
 * @param after goes on behind this row, so that jobs which wait long do not hide the others
 * @returns how many rows wait for the relay again, and where to go on
 */
export async function relayLostAgain(deps: Deps, queues: Queues, after: Unfinished | null = null): Promise<{ lost: number; next: Unfinished | null }> {
  const before = deps.clock().minus(patience).toJSDate();
  const behind = after ? Prisma.sql`AND (relayed_at, id) > (${after.relayedAt}, ${after.id}::uuid)` : Prisma.empty;
  const rows = await deps.db.$queryRaw<Unfinished[]>`
    SELECT id, topic, relayed_at AS "relayedAt" FROM outbox_message
     WHERE relayed_at < ${before} AND finished_at IS NULL ${behind}
     ORDER BY relayed_at, id LIMIT ${pageSize}`;
  const lost: string[] = [];
  const over: string[] = [];
  for (const { id, topic } of rows) {
    const job = (await queues.queue(queueOf(topic)).getJob(id)) as Job | undefined;
    if (!job) lost.push(id);
    else if (job.finishedOn) over.push(id);
  }
  await markFinished(deps, over);
  if (lost.length > 0) {
    await deps.db.$executeRaw`
      UPDATE outbox_message SET relayed_at = NULL
       WHERE finished_at IS NULL AND relayed_at < ${before} AND id IN (${Prisma.join(lost.map((id) => Prisma.sql`${id}::uuid`))})`;
  }
  return { lost: lost.length, next: rows.length === pageSize ? rows.at(-1)! : null };
}

/** @returns how many recurring jobs the queue did not know any more */
export async function restoreSchedules(queues: Queues): Promise<number> {
  const known = new Set((await queues.queue("timers").getJobSchedulers()).map(({ key }) => key));
  const missing = Object.keys(schedules).filter((id) => !known.has(id));
  if (missing.length > 0) await syncSchedules(queues);
  return missing.length;
}

export interface QueueWatch {
  stop(): Promise<void>;
}

/**
 * Asks again and again whether the queue still knows what it was given. By a timer of the process: a recurring job
 * would be forgotten with the rest.
 */
export function watchQueue(deps: Deps, queues: Queues, { everyMs = 30_000 } = {}): QueueWatch {
  const stopping = new AbortController();
  let place: Unfinished | null = null;

  const look = async (): Promise<void> => {
    const restored = await restoreSchedules(queues);
    if (restored > 0) deps.log.warn({ restored }, "the queue had lost recurring jobs; they are back");
    for (let lost = pageSize; lost > 0 && !stopping.signal.aborted; ) {
      const seen = await relayLostAgain(deps, queues, place);
      ({ lost } = seen);
      place = seen.next;
      if (lost > 0) deps.log.warn({ lost }, "the queue had lost jobs; they are handed over again");
      if (!place) return;
    }
  };

  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      await look().catch((error: unknown) => deps.log.warn({ err: error }, "the queue could not be asked after lost jobs; trying again"));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
