import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { type Case, changed, moved } from "./case";
import { isOpenCase, type CaseMove } from "./case-state";
import { lockCase, lockOpenCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";
import { holderAt, reassign } from "./lease";
import { moveContents } from "./move-contents.server";

/** Where the work goes on: in the case itself, or in another one about the same that was opened meanwhile. */
export type TakenUp = { caseId: string; reference: string; elsewhere: boolean };

/**
 * Opens a case again for one person, after its decision was taken back. At most one case per account and area is open:
 * where another one is by now, this one stays closed and its reports and signals move there, so that they are decided.
 * The caller holds the account's lock.
 */
export async function takeUpAgain(tx: Tx, actor: Actor, input: { caseId: string; holderId: string; reason: string; at: DateTime }): Promise<TakenUp> {
  const { caseId, holderId, reason, at } = input;
  const found = await lockCase(tx, caseId);
  if (!found) throw new Error(`case ${caseId} is gone`);
  if (isOpenCase(found.state)) {
    const lease = holderAt(found.lease, at) ? found.lease : reassign(holderId, at);
    await applyCaseChange(tx, actor, at, { case: changed(found, { reviewReason: null, lease }, at), audit: "case.taken_up_again", facts: { reason } });
    return { caseId, reference: found.reference, elsewhere: false };
  }
  const other = await lockOpenCase(tx, found.accountId, found.area);
  const closed = found.state === "decided" ? after(found, ["close"], at) : found;
  if (other) {
    const [left, joined] = await moveContents(tx, closed, other, at);
    await applyCaseChange(tx, actor, at, { case: { ...left, reviewReason: null }, audit: "case.closed", facts: { reason, movedTo: other.id }, event: { kind: "contents_moved", data: { to: other.reference, reason } } });
    await applyCaseChange(tx, actor, at, { case: joined, audit: "case.contents_joined", facts: { reason, movedFrom: found.id }, event: { kind: "contents_joined", data: { from: found.reference } } });
    return { caseId: other.id, reference: other.reference, elsewhere: true };
  }
  const open = after(closed, ["reopen", "investigate"], at);
  await applyCaseChange(tx, actor, at, {
    case: changed(open, { lease: reassign(holderId, at), reviewReason: null }, at),
    audit: "case.reopened",
    facts: { reason, holderId },
    event: { kind: "reopened", data: { reason } },
  });
  return { caseId, reference: found.reference, elsewhere: false };
}

function after(found: Case, moves: readonly CaseMove[], at: DateTime): Case {
  return moves.reduce((state, move) => {
    const next = moved(state, move, at);
    if (!next.ok) throw new Error(`a ${state.state} case could not ${move}`);
    return next.case;
  }, found);
}
