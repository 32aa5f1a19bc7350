import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { Actor } from "../access/actor";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { appealMachine } from "./appeal";
import { breachOf, lockAppeal, saveAppeal } from "./appeal.repo.server";
import { endQuestion } from "./end-question.server";
import type { WithdrawAppealInput } from "./file-appeal.schema";
import { tellAppellant } from "./tell-appellant.server";

/** Ends an appeal because whoever filed it no longer wants it. The action stays; a new appeal may be filed. */
export async function withdrawAppeal(
  deps: Deps,
  actor: Extract<Actor, { kind: "account_holder" }>,
  input: WithdrawAppealInput,
): Promise<Result<{ reference: string }, "not_found" | "illegal_move">> {
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const locked = await lockAppeal(tx, input.appealId);
    if (!locked || locked.appeal.accountId !== actor.accountId) return refuse("not_found");
    const { appeal, account, action } = locked;
    const looked = appeal.state === "filed" ? appealMachine.after("filed", "start_review") : { ok: true as const, state: appeal.state };
    const withdrawn = looked.ok ? appealMachine.after(looked.state, "withdraw") : looked;
    if (!withdrawn.ok) return withdrawn;
    const { appeal: ended } = await endQuestion(tx, actor, appeal, { ending: "appeal_over", at: now, caseId: action.caseId });
    await saveAppeal(tx, appeal.id, { state: withdrawn.state, ...breachOf(ended, now) });
    await recordAudit(tx, actor, {
      type: "appeal.withdrawn", at: now, platformId: appeal.platformId, accountId: account.id, caseId: action.caseId, appealId: appeal.id,
    });
    const event = { kind: "appeal_ruled", data: { appealId: appeal.id, reference: appeal.reference, ruling: "withdrawn" } } as const;
    await recordCaseEvent(tx, actor, { caseId: action.caseId, at: now, event });
    const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, now);
    const props = { reference: appeal.reference, ruledAt: now.toJSDate(), outcome: "withdrawn" as const, grounds: "", newMeasure: null, strikesVoided: 0, standingUrl };
    const appellant = { ...appeal, appealId: appeal.id, caseId: action.caseId, language: account.language };
    await tellAppellant(tx, deps, appellant, { content: { template: "appeal_ruling", props }, occasion: "withdrawn", at: now });
    return { ok: true, reference: appeal.reference };
  });
}
