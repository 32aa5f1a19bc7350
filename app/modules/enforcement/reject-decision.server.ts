import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { dropProposal, lockPending } from "./answer-proposal.server";

/** The second person's no: the proposal goes back to the analyst with the reason; nothing took effect, nobody was told. */
export async function rejectDecision(
  deps: Deps,
  actor: StaffActor,
  { decisionId, reason }: { decisionId: string; reason: string },
): Promise<Result<{ caseId: string }, "forbidden" | "not_found" | "already_answered" | "own_proposal">> {
  if (!may(actor, "decision:approve")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, "not_found" | "already_answered" | "own_proposal">> => {
    const pending = await lockPending(tx, decisionId);
    if (!pending.ok) return pending;
    if (pending.decision.deciderId === actor.id) return refuse("own_proposal");
    await dropProposal(tx, actor, pending, { state: "rejected", answer: { state: "rejected", reviewerId: actor.id, reason }, audit: "decision.rejected", reason, at });
    return { ok: true, caseId: pending.decision.caseId };
  });
}
