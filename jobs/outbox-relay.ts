import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { queueOf, type QueueName } from "~/infra/outbox-topics";
import type { Queues } from "~/infra/queue.server";

const batchSize = 200;
const channel = "outbox_message";

interface Waiting {
  id: string;
  topic: string;
  payload: unknown;
}

/**
 * Hands one batch of committed rows to the queue and marks them. A crash after the add and before the commit of the
 * mark adds them again: the job id is the row's id, so the queue drops the copy while it still knows the first, and
 * the work itself asks its row in any case. Rows another relay is busy with are skipped, so any number of relays run
 * side by side.
 *
 * @returns how many rows were relayed
 */
export async function relayBatch(deps: Deps, queues: Queues, limit = batchSize): Promise<number> {
  const now = deps.clock().toJSDate();
  return deps.db.$transaction(async (tx) => {
    const rows = await lockWaiting(tx, now, limit);
    if (rows.length === 0) return 0;
    for (const [name, jobs] of byQueue(rows)) {
      await queues.queue(name).addBulk(jobs.map(({ id, topic, payload }) => ({ name: topic, data: payload, opts: { jobId: id } })));
    }
    await tx.$executeRaw`UPDATE outbox_message SET relayed_at = ${now} WHERE id IN (${Prisma.join(rows.map(({ id }) => Prisma.sql`${id}::uuid`))})`;
    return rows.length;
  });
}

const lockWaiting = (tx: Tx, now: Date, limit: number): Promise<Waiting[]> => tx.$queryRaw<Waiting[]>`
  SELECT id, topic, payload FROM outbox_message
   WHERE relayed_at IS NULL AND available_at <= ${now}
   ORDER BY available_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;

function byQueue(rows: Waiting[]): Map<QueueName, Waiting[]> {
  const groups = new Map<QueueName, Waiting[]>();
  for (const row of rows) {
    const name = queueOf(row.topic);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return groups;
}

export interface Relay {
  stop(): Promise<void>;
}

/**
 * Keeps relaying until stopped. A NOTIFY that comes with every commit wakes it at once; the poll covers what no
 * notification announces: rows whose time comes later, and a listening connection that was lost.
 */
export function startRelay(deps: Deps, queues: Queues, { pollMs = 1_000 } = {}): Relay {
  const stopping = new AbortController();
  let wake: (() => void) | null = null;
  let missed = false;
  const announced = () => {
    missed = true;
    wake?.();
  };

  const idle = async (): Promise<void> => {
    if (missed || stopping.signal.aborted) return;
    const timer = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => (wake = resolve)),
      sleep(pollMs, undefined, { signal: timer.signal }).catch(() => undefined),
    ]);
    timer.abort();
    wake = null;
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      missed = false;
      const relayed = await relayBatch(deps, queues).catch((error: unknown) => {
        deps.log.error({ err: error }, "relaying the outbox failed; trying again");
        return 0;
      });
      if (relayed > 0) deps.log.info({ relayed }, "outbox relayed");
      if (relayed < batchSize) await idle();
    }
  };

  const listening = keepListening(deps, announced, stopping.signal);
  const looping = loop();
  return {
    async stop() {
      stopping.abort();
      wake?.();
      await Promise.all([looping, listening]);
    },
  };
}

/** Listens on a connection of its own and opens another when that one is lost. */
async function keepListening(deps: Deps, announced: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = new Client({ connectionString: deps.config.databaseUrl, application_name: "trust-safety-console relay", keepAlive: true });
    // A connection that is lost says so more than once, and before anybody waits for it: unheard, it would end the worker.
    client.on("error", () => undefined);
    try {
      await client.connect();
      client.on("notification", announced);
      await client.query(`LISTEN ${channel}`);
      announced();
      await lost(client, signal);
    } catch (error) {
      if (!signal.aborted) deps.log.warn({ err: error }, "the relay's listening connection failed; polling until it is back");
    } finally {
      await client.end().catch(() => undefined);
    }
    await sleep(signal.aborted ? 0 : 1_000, undefined, { signal }).catch(() => undefined);
  }
}

const lost = (client: Client, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once("error", reject);
    client.once("end", () => resolve());
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
