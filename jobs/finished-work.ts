import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { isId } from "~/infra/id";

export interface FinishedWork {
  /** The work of this job is over: done, or given up for good. */
  note(jobId: string | undefined): void;
  /** Writes down what was noted and not yet written. */
  stop(): Promise<void>;
}

const everyMs = 500;
const batchSize = 1_000;
/** More than this is forgotten while the database is away: the watch over the queue finds those out again. */
const mostKept = 50_000;

/**
 * Marks outbox rows whose work is over, many in one statement: a mark for each job would cost as much as a small job
 * itself. A mark that is lost in a crash costs one question to the queue, at worst one job that finds nothing left to do.
 */
export function keepFinished(deps: Deps): FinishedWork {
  const noted = new Set<string>();
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    while (noted.size > 0) {
      const ids = [...noted].slice(0, batchSize);
      await markFinished(deps, ids);
      for (const id of ids) noted.delete(id);
    }
  };
  const writeSoon = () =>
    (writing = writing.then(write).catch((error: unknown) => deps.log.warn({ err: error }, "finished work could not be marked; trying again")));
  const timer = setInterval(() => void (noted.size > 0 && writeSoon()), everyMs);

  return {
    note(jobId) {
      if (isId(jobId) && noted.size < mostKept) noted.add(jobId);
    },
    async stop() {
      clearInterval(timer);
      await writeSoon();
    },
  };
}

/** Recurring jobs have ids of their own kind and no row. */
export async function markFinished(deps: Deps, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await deps.db.$executeRaw`
    UPDATE outbox_message SET finished_at = ${deps.clock().toJSDate()}
     WHERE finished_at IS NULL AND id IN (${Prisma.join(ids.map((id) => Prisma.sql`${id}::uuid`))})`;
}
