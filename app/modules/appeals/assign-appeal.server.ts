import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { permissionsOf, roles } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import { appealMachine, isIndependent, isLiveAppeal } from "./appeal";
import { findReviewer, lockAppeal, saveAppeal } from "./appeal.repo.server";
import type { AssignAppealInput } from "./assign-appeal.schema";

/**
 * Takes an appeal, or gives it to a colleague. One that a colleague holds changes hands by that colleague, or by who may
 * reassign work. Whoever made or approved the decision cannot have it (rule of
 * procedure 3); a trigger of the database refuses it too.
 */
export async function assignAppeal(
  deps: Deps,
  actor: StaffActor,
  input: AssignAppealInput,
): Promise<Result<{ reviewer: string }, "forbidden" | "not_found" | "appeal_over" | "not_independent" | "staff_not_available" | "appeal_held_by_other">> {
  if (!may(actor, "appeal:rule")) return refuse("forbidden");
  const now = deps.clock();
  const reviewerId = input.reviewerId ?? actor.id;
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked) return refuse("not_found");
    const { appeal, action } = locked;
    if (!isLiveAppeal(appeal.state)) return refuse("appeal_over");
    if (appeal.reviewerId && appeal.reviewerId !== actor.id && !may(actor, "case:reassign")) return refuse("appeal_held_by_other");
    const reviewer = await findReviewer(tx, reviewerId);
    const mayRule = roles.some((role) => reviewer?.roles.includes(role) && permissionsOf[role].includes("appeal:rule"));
    if (!reviewer || !mayRule) return refuse("staff_not_available");
    if (!isIndependent(reviewer.id, action)) return refuse("not_independent");
    if (appeal.reviewerId === reviewer.id) return { ok: true, reviewer: reviewer.name };
    const started = appeal.state === "filed" ? appealMachine.after(appeal.state, "start_review") : { ok: true as const, state: appeal.state };
    if (!started.ok) throw new Error("a filed appeal cannot be reviewed");
    await saveAppeal(tx, appeal.id, { state: started.state, reviewerId: reviewer.id });
    await recordAudit(tx, actor, {
      type: "appeal.assigned", at: now, platformId: appeal.platformId, accountId: appeal.accountId, caseId: action.caseId,
      appealId: appeal.id, reviewerId: reviewer.id, before: appeal.reviewerId,
    });
    return { ok: true, reviewer: reviewer.name };
  });
}
