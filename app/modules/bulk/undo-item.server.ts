import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { closeCase } from "../cases/close-case.server";
import { deescalateCase, escalateCase } from "../cases/escalate-case.server";
import { reassignCase } from "../cases/reassign-case.server";
import { reopenCase } from "../cases/reopen-case.server";
import { dropInterim } from "../enforcement/answer-interim.server";
import { leaksIn } from "../enforcement/check-leaks.server";
import { liftAction } from "../enforcement/lift-action.server";
import { rejectDecision } from "../enforcement/reject-decision.server";
import { reverseAction } from "../enforcement/reverse-action.server";
import { takeBackNoViolation } from "../enforcement/take-back-no-violation.server";
import { withdrawProposal } from "../enforcement/withdraw-proposal.server";
import { lockAccount } from "../platforms/account.server";
import { itemResultSchema, lockCaseVersion, type Bulk, type Item, type ItemResult } from "./bulk.repo.server";

type Undoing = { tx: Tx; deps: Deps; bulk: Bulk; actor: StaffActor; item: Item; caseId: string; result: ItemResult; reason: string };
type Answer = Promise<Result<object, string>>;

/** Reverses what was done to one item, by the commands there are for it. What somebody changed since is left as it is. */
export async function undoItem(tx: Tx, deps: Deps, { bulk, actor, item }: { bulk: Bulk; actor: StaffActor; item: Item }): Answer {
  const { caseId } = item;
  if (!caseId || !(await lockAccount(tx, item.accountId))) return refuse("not_found");
  const result = itemResultSchema.parse(item.result ?? {});
  if ((await lockCaseVersion(tx, caseId)) !== result.caseVersion) return refuse("changed_since_done");
  const work: Undoing = { tx, deps, bulk, actor, item, caseId, result, reason: bulk.undoReason ?? "The bulk action was undone." };
  switch (bulk.input.kind) {
    case "reassign":
      return reassignCase(deps, actor, { caseId, staffId: result.holderBefore ?? undefined, reason: work.reason });
    case "escalate":
      return result.escalatedBefore
        ? escalateCase(deps, actor, { caseId, staffId: result.escalatedToBefore ?? undefined, reason: work.reason })
        : deescalateCase(deps, actor, { caseId, reason: work.reason });
    case "no_violation":
      return undoDismissal(work);
    case "decide":
      return item.state === "proposed" ? takeBackProposal(work) : reverseDecision(work);
    case "approve":
      return reverseDecision(work);
    case "interim":
      return liftAll(work);
    case "note":
    case "lift":
    case "reject":
      return refuse("not_undoable");
  }
}

async function undoDismissal({ tx, deps, actor, item, caseId, result, reason }: Undoing): Answer {
  if (!item.decisionId || !result.finding) return refuse("not_found");
  const back = await takeBackNoViolation(tx, deps, actor, { decisionId: item.decisionId, finding: result.finding, grounds: reason, at: deps.clock() });
  return back.ok ? reopenCase(deps, actor, { caseId, reason }) : back;
}

/** Whoever made the proposal takes it back; somebody else turns it down. */
async function takeBackProposal({ deps, bulk, actor, item, reason }: Undoing): Answer {
  if (!item.decisionId) return refuse("not_found");
  const of = { decisionId: item.decisionId, reason };
  return bulk.createdById === actor.id ? withdrawProposal(deps, actor, of) : rejectDecision(deps, actor, of);
}

/** Gate, strikes, holder and reporters as after a ruling that overturns; then the case is open to be looked at again. */
async function reverseDecision({ tx, deps, actor, item, caseId, result, reason }: Undoing): Answer {
  const leaks = await leaksIn(tx, deps.crypto, { caseId, accountId: item.accountId, text: reason });
  if (leaks.length > 0) return refuse("leak");
  for (const actionId of result.actionIds) {
    const reversed = await reverseAction(tx, deps, actor, { actionId, grounds: reason, at: deps.clock(), tell: true });
    if (!reversed.ok) return reversed;
  }
  const closed = await closeCase(deps, actor, { caseId, reason });
  if (!closed.ok) return closed;
  const reopened = await reopenCase(deps, actor, { caseId, reason });
  // Another case about the same conduct is open by now: the work goes on there.
  return reopened.ok || reopened.reason === "open_case_exists" ? { ok: true } : reopened;
}

async function liftAll({ deps, bulk, actor, item, result, reason }: Undoing): Answer {
  const how = bulk.createdById === actor.id ? "withdrawn" : "rejected";
  for (const actionId of result.actionIds) {
    const ended = item.state === "proposed" ? await dropInterim(deps, actor, { actionId, reason, how }) : await liftAction(deps, actor, { actionId, reason });
    if (!ended.ok) return ended;
  }
  return { ok: true };
}
