import { setTimeout as sleep } from "node:timers/promises";
import { poolOf } from "~/infra/db.server";
import { createEventTail, type EventTail, type TailOptions } from "~/modules/signals/tail/event-tail.server";
import type { TailPace } from "../../jobs/event-tail";
import type { TestDeps } from "./database";

/** Transactions of other databases of the server, too, keep what was committed from being read for a moment. */
export async function everybodyIsDone(deps: Pick<TestDeps, "db">): Promise<void> {
  const pool = poolOf(deps.db);
  const { rows } = await pool.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
  for (let done = false; !done; await sleep(2)) {
    done = (await pool.query<{ done: boolean }>("SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS done", [rows[0]!.id])).rows[0]!.done;
  }
}

type TestTail = EventTail & { settle(): Promise<void> };

/** A tail that holds its shards and has no patience, so that a few turns show all there is. */
export async function aTail(deps: TestDeps, options: TailOptions = {}): Promise<TestTail> {
  const tail = aTailAtRest(deps, options);
  await tail.renew();
  await tail.share();
  return tail;
}

/** The same before it has taken any shard. */
export function aTailAtRest(deps: TestDeps, options: TailOptions = {}): TestTail {
  const tail = createEventTail(deps, { patienceMs: 0, ...options });
  return {
    ...tail,
    async settle() {
      await everybodyIsDone(deps);
      while (await tail.turn());
      await tail.turn();
    },
  };
}

/** So that the shards of a dead worker are taken over within a test, and memory is saved in the middle of it. */
export const hastyTail: TailPace = { leaseMs: 1_000, saveEveryMs: 100, patienceMs: 200, idleMs: 20, batchRows: 2_000 };
