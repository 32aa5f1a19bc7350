import { createEventTail, type EventTail, type TailOptions } from "~/modules/signals/tail/event-tail.server";
import type { TestDeps } from "./database";

/** A tail that holds its shards and has no patience, so that a few turns show all there is. */
export async function aTail(deps: TestDeps, options: TailOptions = {}): Promise<EventTail & { settle(): Promise<void> }> {
  const tail = createEventTail(deps, { patienceMs: 0, ...options });
  await tail.renew();
  await tail.share();
  return {
    ...tail,
    async settle() {
      while (await tail.turn());
      await tail.turn();
    },
  };
}
