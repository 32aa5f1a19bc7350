import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isLiveAppeal } from "./appeal";
import { lockAppeal, saveAppeal } from "./appeal.repo.server";
import type { WithdrawAppealInput } from "./file-appeal.schema";

/**
 * The account holder says that an appeal which came by the public form is theirs. Nothing waits for it: the appeal counts
 * from when the form was sent and is heard either way. Confirmed, it is the holder's own, and a ruling settles the matter.
 */
export async function confirmAppeal(
  deps: Deps,
  actor: Extract<Actor, { kind: "account_holder" }>,
  input: WithdrawAppealInput,
): Promise<Result<{ reference: string }, "not_found" | "appeal_over">> {
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked || locked.appeal.accountId !== actor.accountId) return refuse("not_found");
    const { appeal, action } = locked;
    if (appeal.confirmedAt) return { ok: true, reference: appeal.reference };
    if (!isLiveAppeal(appeal.state)) return refuse("appeal_over");
    await saveAppeal(tx, appeal.id, { confirmedAt: now.toJSDate() });
    await recordAudit(tx, actor, { type: "appeal.confirmed", at: now, platformId: appeal.platformId, accountId: appeal.accountId, caseId: action.caseId, appealId: appeal.id });
    return { ok: true, reference: appeal.reference };
  });
}
