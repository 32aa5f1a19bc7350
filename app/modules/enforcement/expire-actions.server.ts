import { dueQuestion } from "~/infra/any-due.server";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { sweepDue, type Batch, type BatchDone } from "~/infra/sweep.server";
import type { Actor } from "../access/actor";
import { endLockedActions } from "./change-action.server";
import { takeDueActions } from "./due-actions.server";

const sweeper: Actor = { kind: "system", name: "expire-actions" };
const anyDue = dueQuestion("actions.expire", "SELECT FROM action WHERE state = 'active' AND ends_at <= $1");

/**
 * Ends the actions whose time is over and tells their account holders. The gate does not wait for this: a denial lapses
 * by its own end. A batch is one transaction with a statement for each kind of row; an action that cannot end stays
 * due and keeps no other from ending.
 *
 * @returns how many actions ended
 */
export async function expireActions(deps: Deps, limit = 250): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock()))) return 0;
  return sweepDue(deps, { name: "actions.expire", limit, lanes: 2 }, (tx, batch) => expireBatch(tx, deps, batch));
}

async function expireBatch(tx: Tx, deps: Deps, batch: Batch): Promise<BatchDone> {
  const at = deps.clock();
  const { seen, subjects } = await takeDueActions(tx, "ends_at", at.toJSDate(), batch);
  const ended = await endLockedActions(tx, deps, sweeper, subjects, { move: "expire", at, reason: "Its time was over.", tell: true });
  if (!ended.ok) throw new Error(`a due action did not end: ${ended.reason}`);
  return { seen, done: subjects.length };
}
