import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { endLockedAction, lockSubject } from "./change-action.server";
import { unwindDecision, type Unwound } from "./unwind-decision.server";

/**
 * Takes an action back, in the transaction of the ruling that found it wrong: lifted at the gate at once, its strikes
 * void, later decisions that counted them up for review, reporters told (rule of procedure 5). An action that ended
 * meanwhile stays ended; what it left on the record goes all the same.
 *
 * Permission is the calling command's to check. `tell`: also tell the account holder that it ended; false where the
 * ruling tells them in its own words.
 */
export async function reverseAction(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { actionId, grounds, at, tell }: { actionId: string; grounds: string; at: DateTime; tell: boolean },
): Promise<Result<Unwound, "not_found">> {
  const subject = await lockSubject(tx, actionId);
  if (!subject.ok) return subject;
  const { action, account } = subject;
  if (action.state === "active") {
    const ended = await endLockedAction(tx, deps, actor, subject, { move: "reverse", at, reason: grounds, tell });
    if (!ended.ok) throw new Error(`an active action was not reversed: ${ended.reason}`);
  }
  if (!action.decisionId) return { ok: true, strikesVoided: 0, decisionsForReview: [] };
  const unwound = await unwindDecision(tx, deps, actor, { decisionId: action.decisionId, platformId: account.platformId, accountId: account.id, to: "reversed", grounds, at });
  return { ok: true, ...unwound };
}
