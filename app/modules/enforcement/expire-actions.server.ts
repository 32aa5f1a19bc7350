import { dueQuestion } from "~/infra/any-due.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { endLockedAction, lockSubject } from "./change-action.server";
import { dueActionsOfFreeAccounts } from "./action.repo.server";

const sweeper: Actor = { kind: "system", name: "expire-actions" };
const anyDue = dueQuestion("actions.expire", "SELECT FROM action WHERE state = 'active' AND ends_at <= $1");

/**
 * Ends the actions whose time is over and tells their account holders. The gate does not wait for this: a denial lapses
 * by its own end. Accounts somebody is busy with are skipped and come next time, so sweeps never queue behind people
 * nor behind each other.
 *
 * @returns how many actions ended
 */
export async function expireActions(deps: Deps, batch = 100): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock()))) return 0;
  let total = 0;
  for (;;) {
    const ended = await deps.db.$transaction(
      async (tx) => {
        const at = deps.clock();
        const due = await dueActionsOfFreeAccounts(tx, at, batch);
        for (const actionId of due) {
          const subject = await lockSubject(tx, actionId);
          if (!subject.ok) continue;
          const done = await endLockedAction(tx, deps, sweeper, subject, { move: "expire", at, reason: "Its time was over.", tell: true });
          if (!done.ok) throw new Error(`a due action did not end: ${done.reason}`);
        }
        return due.length;
      },
      { timeout: 60_000 },
    );
    total += ended;
    if (ended < batch) return total;
  }
}
