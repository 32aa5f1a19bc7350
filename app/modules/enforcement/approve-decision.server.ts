import type { DateTime } from "luxon";
import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { caseMachine } from "../cases/case-state";
import { moveCase } from "../cases/move-case.server";
import { lockPending } from "./answer-proposal.server";
import { changesSince } from "./changes-since.queries.server";
import { decideCaseSchema } from "./decide-case.schema";
import { measureOf, startsLater } from "./decide-case.server";
import { recommendationSchema } from "./decision-preview";
import { answerApproval, proposedBasis, updateDecision, wasDecidedSince, type LockedDecision } from "./decision.repo.server";
import { enactDecision } from "./enact-decision.server";
import { prepareDecision, type PreparedDecision } from "./prepare-decision.server";

const frozen = z.object({ input: decideCaseSchema });

export type ApproveRefusal = "forbidden" | "not_found" | "already_answered" | "own_proposal" | "proposal_expired" | "case_changed" | "news_unseen";

export interface ApprovedDecision {
  reference: string;
  caseId: string;
  /** The account holder is told nothing: they must not be tipped off (rule of procedure 7). */
  withheld: boolean;
  /** Of a measure that begins later; null: what was proposed holds at once. */
  startsAt: DateTime | null;
}

/**
 * The second person's yes (rule of procedure 2): the proposal takes effect now, as it was proposed. Refused to its own
 * author, after it lapsed, and when anything it rests on changed since: its evidence, its clauses, the strikes it
 * counted, the recommendation, the version of the ladder, the state of the case. What else happened on the case (a report, a note, the end of an
 * interim measure) is shown and does not stand in the way: otherwise whoever can report could stop every decision. Who approves has
 * to have been shown it: `seen` is the version of the case they looked at.
 */
export async function approveDecision(deps: Deps, actor: StaffActor, { decisionId, seen }: { decisionId: string; seen?: number }): Promise<Result<ApprovedDecision, ApproveRefusal>> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<ApprovedDecision, ApproveRefusal>> => {
    const pending = await lockPending(tx, decisionId);
    if (!pending.ok) return pending;
    const { decision, approval } = pending;
    if (decision.deciderId === actor.id) return refuse("own_proposal");
    if (at.toMillis() >= approval.expiresAt.getTime()) return refuse("proposal_expired");
    const worked = await prepareProposed(tx, deps, decision, at);
    const unseen = worked.ok && seen !== undefined ? await changesSince(tx, decision.caseId, seen) : null;
    if (unseen && unseen.version !== seen) return refuse("news_unseen", unseen);
    if (!worked.ok) return worked;
    const { prepared } = worked;
    const { id, reference, caseId } = decision;
    const moved = await moveCase(tx, actor, {
      caseId,
      move: "decide",
      at,
      event: { kind: "decided", data: { decisionId: id, reference, outcome: prepared.outcome, measure: measureOf(prepared), proposerId: decision.deciderId } },
    });
    if (!moved.ok) return refuse("case_changed", await changesSince(tx, caseId, decision.caseVersion));
    await answerApproval(tx, approval.id, { state: "approved", reviewerId: actor.id, reason: null }, at);
    await updateDecision(tx, id, { state: "in_effect", approverId: actor.id, effectiveAt: at.toJSDate() });
    await recordAudit(tx, actor, { type: "decision.approved", at, platformId: decision.platformId, accountId: decision.accountId, caseId, decisionId: id, proposerId: decision.deciderId });
    await enactDecision(tx, deps, actor, prepared, { decisionId: id, reference, deciderId: decision.deciderId, approverId: actor.id });
    return { ok: true, reference, caseId, withheld: prepared.plan?.noTipOff ?? false, startsAt: startsLater(prepared) };
  });
}

/**
 * A proposal worked out anew from what it froze, as it would take effect now; `case_changed` when that is no longer what
 * was proposed. The approval page shows this, and approving commits it.
 */
export async function prepareProposed(
  tx: Tx,
  deps: Deps,
  decision: Pick<LockedDecision, "caseId" | "caseVersion" | "plan"> & { id: string },
  at: PreparedDecision["at"],
): Promise<Result<{ prepared: PreparedDecision }, "case_changed">> {
  const { input } = frozen.parse(decision.plan);
  const changed = async (because: string) => refuse("case_changed", { ...(await changesSince(tx, decision.caseId, decision.caseVersion)), because });
  const worked = await prepareDecision(tx, deps, input, at, { asked: "before" });
  if (!worked.ok) return changed(worked.reason);
  const { prepared } = worked;
  if (!caseMachine.after(prepared.case.state, "decide").ok) return changed("state");
  const proposed = await proposedBasis(tx, decision.id);
  if (await wasDecidedSince(tx, decision.caseId, decision.id, proposed.decidedAt)) return changed("decided");
  if (basisOf(prepared.findings) !== basisOf(proposed.findings)) return changed("clauses");
  const then = recommendationSchema.safeParse(proposed.recommendation);
  const now = prepared.plan?.recommendation;
  if (!then.success || !now || then.data.rung !== now.rung || then.data.countedStrikeIds.join() !== now.countedStrikeIds.join()) return changed("recommendation");
  const sameLadder = then.data.severity === now.severity && then.data.ladderVersion === now.ladderVersion;
  return sameLadder ? { ok: true, prepared } : changed("ladder");
}

/** The clause versions cited, whatever their order. */
const basisOf = (findings: readonly { clauseVersionId: string }[]): string =>
  findings
    .map(({ clauseVersionId }) => clauseVersionId)
    .sort()
    .join();
