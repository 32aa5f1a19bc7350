import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { appealClosesAt } from "../appeals/appeal";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount } from "../platforms/account.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { accountOfAction, actionsOfDecision, lockUninformed, setInformed } from "./action.repo.server";

export interface Informed {
  /** One action of which the message told; null: every action of the decision. */
  actionId: string | null;
  decisionId: string | null;
  /** When the account holder's mail server took the message. */
  informedAt: DateTime;
}

/**
 * Opens the appeal window of what an account holder was told (CF-AUP 7.3): the first message that reaches their mail
 * server counts, whichever address it went to, and a later one changes nothing.
 *
 * @returns how many actions were informed by this message
 */
export async function recordInformed(deps: Deps, actor: Actor, { actionId, decisionId, informedAt }: Informed): Promise<{ actions: number }> {
  return deps.db.$transaction(async (tx) => {
    const subject = actionId ? await accountOfAction(tx, actionId) : decisionId ? (await actionsOfDecision(tx, decisionId))[0] : null;
    const account = subject && (await lockAccount(tx, subject.accountId));
    if (!account) return { actions: 0 };
    const { zone, appealWindowDays } = await platformTerms(tx, account.platformId);
    const closesAt = appealClosesAt({ informedAt }, { zone, windowDays: appealWindowDays });
    const uninformed = await lockUninformed(tx, { actionId, decisionId });
    for (const action of uninformed) {
      await setInformed(tx, action.id, informedAt, closesAt);
      await recordAudit(tx, actor, {
        type: "action.informed",
        at: deps.clock(),
        platformId: account.platformId,
        accountId: account.id,
        caseId: action.caseId,
        actionId: action.id,
        informedAt,
        appealClosesAt: closesAt?.toISO(),
      });
    }
    return { actions: uninformed.length };
  });
}
