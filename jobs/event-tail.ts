import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "~/infra/deps.server";
import { createEventTail, type TailOptions } from "~/modules/signals/tail/event-tail.server";

export interface RunningTail {
  /** Ends after the turn under way, saves and gives the shards back. */
  stop(): Promise<void>;
}

export interface TailPace extends TailOptions {
  /** Between two looks when nothing is new. */
  idleMs?: number;
}

const defaultLeaseMs = 10_000;
const busyMs = 20;

/**
 * Judges events by the rules as they come in, until stopped. Turns and the sharing of shards follow one another, so that a
 * shard is never given away in the middle of a turn; an error costs a second, and what was under way is found again.
 */
export function startEventTail(deps: Pick<Deps, "db" | "clock" | "log">, { idleMs = 100, leaseMs = defaultLeaseMs, ...options }: TailPace = {}): RunningTail {
  const tail = createEventTail(deps, { leaseMs, ...options });
  const stopping = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const everyMs = leaseMs / 4;

  /** Beside the turns, so that a long one costs no shard. */
  const renewing = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(everyMs);
      if (!stopping.signal.aborted) await tail.renew().catch((error: unknown) => deps.log.warn({ err: error }, "the leases on the event store could not be renewed; trying again"));
    }
  };

  const turning = async (): Promise<void> => {
    let shared = -Infinity;
    while (!stopping.signal.aborted) {
      try {
        if (performance.now() - shared > everyMs) {
          if (shared === -Infinity) await tail.renew();
          await tail.share();
          shared = performance.now();
        }
        const more = await tail.turn();
        await pause(more ? busyMs : idleMs);
      } catch (error) {
        if (stopping.signal.aborted) return;
        deps.log.warn({ err: error }, "reading message events failed; trying again");
        await pause(1_000);
      }
    }
  };
  const loops = Promise.all([turning(), renewing()]);
  return {
    async stop() {
      stopping.abort();
      await loops;
      await tail.leave().catch((error: unknown) => deps.log.warn({ err: error }, "the shards of the event store could not be given back; their leases end by themselves"));
    },
  };
}
