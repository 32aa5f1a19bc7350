import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { dropProposal, lockPending } from "./answer-proposal.server";

/** Its author takes a proposal back before anybody answered, for instance because the case changed. */
export async function withdrawProposal(
  deps: Deps,
  actor: StaffActor,
  { decisionId, reason }: { decisionId: string; reason: string },
): Promise<Result<{ caseId: string }, "forbidden" | "not_found" | "already_answered" | "not_own_proposal">> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ caseId: string }, "not_found" | "already_answered" | "not_own_proposal">> => {
    const pending = await lockPending(tx, decisionId);
    if (!pending.ok) return pending;
    if (pending.decision.deciderId !== actor.id) return refuse("not_own_proposal");
    await dropProposal(tx, actor, pending, { state: "withdrawn", answer: { state: "expired", reason }, audit: "decision.withdrawn", reason, at });
    return { ok: true, caseId: pending.decision.caseId };
  });
}
