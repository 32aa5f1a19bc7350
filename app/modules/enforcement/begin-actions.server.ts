import { dueQuestion } from "~/infra/any-due.server";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { sweepDue, type Batch, type BatchDone } from "~/infra/sweep.server";
import type { Actor } from "../access/actor";
import { recordAudits } from "../audit/record-audit.server";
import { recordCaseEvents } from "../cases/record-case-event.server";
import { setBegun } from "./action.repo.server";
import { takeDueActions } from "./due-actions.server";
import { noteGateChanges } from "./gate.repo.server";
import { refreshGates } from "./refresh-gate.server";

const sweeper: Actor = { kind: "system", name: "begin-actions" };
const anyDue = dueQuestion("actions.begin", "SELECT FROM action WHERE state = 'active' AND begun_at IS NULL AND starts_at <= $1");

/**
 * Records that scheduled actions have begun, and tells platforms. The gate does not wait for this: its row speaks from
 * its own start. The account holder was told with the statement of reasons, before it began (rule of procedure 7).
 *
 * @returns how many actions began
 */
export async function beginActions(deps: Deps, limit = 250): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock()))) return 0;
  return sweepDue(deps, { name: "actions.begin", limit, lanes: 2 }, (tx, batch) => beginBatch(tx, deps, batch));
}

async function beginBatch(tx: Tx, deps: Deps, batch: Batch): Promise<BatchDone> {
  const at = deps.clock();
  const { seen, subjects } = await takeDueActions(tx, "starts_at", at.toJSDate(), batch);
  if (subjects.length === 0) return { seen, done: 0 };
  await setBegun(tx, subjects.map(({ action }) => action.id));
  await refreshGates(tx, subjects.map(({ account, terms }) => ({ accountId: account.id, terms })), at);
  await recordCaseEvents(tx, sweeper, at, subjects.map(({ action: { id, caseId, reference } }) => ({ caseId, event: { kind: "action_began", data: { actionId: id, reference } } })));
  await recordAudits(
    tx,
    sweeper,
    subjects.map(({ account, action }) => ({ type: "action.began", at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: action.id, startsAt: action.startsAt?.toISO() ?? null })),
  );
  await noteGateChanges(tx, subjects.map(({ account }) => account));
  return { seen, done: subjects.length };
}
