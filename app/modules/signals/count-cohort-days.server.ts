import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { countDay, forgetDays, uncountedDays } from "./cohort-days.repo.server";
import { closedDay } from "./rules/cohort-days";

/** What the rules can ask for now; events are kept at least as long. */
const countedDays = 32;
/** Whoever reads the store anew asks for days before the oldest events. */
const keptDays = 480;

/**
 * Counts what the accounts of each platform delivered and heard back in the UTC days that nothing can come for any more
 * (CF-AUP 3.1). A day is counted once and stays as it was counted, also when its events are dropped: every engine, also one that
 * takes over or begins anew, compares with the same numbers. A schedule does it, and so does whoever is about to judge and
 * finds it not done, so no event is judged without a day that another engine would have had.
 *
 * @returns how many rows came or went
 */
export async function countCohortDays(deps: Pick<Deps, "db" | "clock">): Promise<number> {
  const pool = poolOf(deps.db);
  const now = deps.clock();
  const last = closedDay(now.toMillis());
  let changed = 0;
  for (const { day, platformIds } of await uncountedDays(pool, last - countedDays + 1, last)) changed += await countDay(pool, day, platformIds, now.toJSDate());
  return changed + (await forgetDays(pool, last - keptDays));
}
