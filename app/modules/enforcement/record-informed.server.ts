import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { appealClosesAt } from "../appeals/appeal";
import { recordAudit } from "../audit/record-audit.server";
import { lockUninformedActions, saveInformed } from "./record-informed.repo.server";

export interface Informed {
  /** All actions of this decision, or the one action the message was about (an interim measure). */
  decisionId: string | null;
  actionId: string | null;
  informedAt: DateTime;
}

/**
 * The account holder's mail server took the message about these actions: their appeal windows open (CF-AUP 7.3).
 * Doing it twice changes nothing, for the first handover counts.
 *
 * @returns how many actions the account holder learned of
 */
export async function recordInformed(deps: Deps, actor: Actor, { decisionId, actionId, informedAt }: Informed): Promise<{ actions: number }> {
  return deps.db.$transaction(async (tx: Tx) => {
    const actions = await lockUninformedActions(tx, { decisionId, actionId });
    for (const action of actions) {
      const closes = appealClosesAt({ informedAt }, { zone: action.zone, windowDays: action.windowDays });
      await saveInformed(tx, action.id, informedAt, closes);
      await recordAudit(tx, actor, {
        type: "action.informed",
        at: deps.clock(),
        platformId: action.platformId,
        accountId: action.accountId,
        caseId: action.caseId,
        actionId: action.id,
        informedAt,
        appealClosesAt: closes?.toISO() ?? null,
      });
    }
    return { actions: actions.length };
  });
}
