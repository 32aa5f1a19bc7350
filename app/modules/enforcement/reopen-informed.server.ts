import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { appealClosesAt } from "../appeals/appeal";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount } from "../platforms/account.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { accountOfAction, actionsOfDecision, lockInformed, setInformed } from "./action.repo.server";

/**
 * A message that had counted as having reached the account holder came back: whether they were informed is asked anew
 * (CF-AUP 7.3). Another message about the same that was taken and did not come back still informs, from when it was taken;
 * without one no window is open, and sending the message again opens it.
 *
 * @returns the actions whose window changed
 */
export async function reopenInformed(deps: Deps, actor: Actor, { actionId, decisionId, noticeId }: { actionId: string | null; decisionId: string | null; noticeId: string }): Promise<{ actionIds: string[] }> {
  return deps.db.$transaction(async (tx) => {
    const subject = actionId ? await accountOfAction(tx, actionId) : decisionId ? (await actionsOfDecision(tx, decisionId))[0] : null;
    const account = subject && (await lockAccount(tx, subject.accountId));
    if (!account) return { actionIds: [] };
    const { zone, appealWindowDays } = await platformTerms(tx, account.platformId);
    const changed: string[] = [];
    for (const action of await lockInformed(tx, { actionId, decisionId })) {
      const standing = await stillInforms(tx, action);
      if (standing && action.informedAt && +standing === +action.informedAt) continue;
      const closesAt = appealClosesAt({ informedAt: standing }, { zone, windowDays: appealWindowDays });
      await setInformed(tx, action.id, standing, closesAt);
      await recordAudit(tx, actor, {
        type: "action.informed_reopened", at: deps.clock(), platformId: account.platformId, accountId: account.id, caseId: action.caseId,
        actionId: action.id, noticeId, informedAt: standing?.toISO() ?? null, appealClosesAt: closesAt?.toISO() ?? null,
      });
      changed.push(action.id);
    }
    return { actionIds: changed };
  });
}

/** When the first message that told of the action, and has not come back, was taken by its recipient's server. */
async function stillInforms(tx: Tx, { id, decisionId }: { id: string; decisionId: string | null }): Promise<DateTime<true> | null> {
  const first = await tx.notice.findFirst({
    where: {
      kind: { in: ["statement_of_reasons", "interim_measure", "action_changed", "appeal_ruling"] },
      state: { in: ["handed_over", "delivered"] },
      OR: [{ actionId: id }, ...(decisionId ? [{ actionId: null, decisionId }] : [])],
    },
    orderBy: { handedOverAt: "asc" },
    select: { handedOverAt: true },
  });
  const at = first?.handedOverAt && DateTime.fromJSDate(first.handedOverAt, { zone: "utc" });
  return at?.isValid ? at : null;
}
