import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOffered, withContained } from "../platforms/features";
import { insertAction, type Action } from "./action.repo.server";
import { endLockedAction, lockSubject } from "./change-action.server";
import { isMilder, measureEndsAt, type Measure } from "./measure";
import { unwindDecision, type Unwound } from "./unwind-decision.server";

export type ModifyRefusal = "not_found" | "illegal_move" | "not_milder" | "unknown_feature";

/**
 * Puts a milder measure in the place of an action, in the transaction of the ruling that found it too strict. The time
 * already served counts. The strikes of the decision are void and what counted them is up for review, as with a reversal
 * (rule of procedure 5). Permission is the calling command's to check, and so is telling the account holder.
 */
export async function modifyAction(
  tx: Tx,
  deps: Deps,
  actor: Actor & { kind: "staff" },
  { actionId, measure, grounds, at }: { actionId: string; measure: Measure; grounds: string; at: DateTime },
): Promise<Result<Unwound & { action: Action }, ModifyRefusal>> {
  const subject = await lockSubject(tx, actionId);
  if (!subject.ok) return subject;
  const { action: before, account, terms } = subject;
  if (before.state !== "active" || !before.startsAt || !before.decisionId) return refuse("illegal_move", { state: before.state, move: "supersede" });
  const features = measure.kind === "feature_restriction" ? measure.features : [];
  const whole = (codes: readonly string[]) => [...withContained(codes, terms.features)];
  const compared = measure.kind === "feature_restriction" ? { ...measure, features: whole(measure.features) } : measure;
  if (!isMilder(compared, { ...before, features: whole(before.features) }, terms.zone)) return refuse("not_milder");
  if (!features.every((code) => isOffered(terms.features, code) || before.features.includes(code))) return refuse("unknown_feature");
  const endsAt = measureEndsAt(measure, before.startsAt.toUTC() as DateTime<true>, terms.zone);
  const isOver = endsAt !== null && +endsAt <= +at;
  const action = await insertAction(tx, {
    decisionId: before.decisionId,
    caseId: before.caseId,
    accountId: account.id,
    kind: measure.kind,
    interim: false,
    features,
    state: isOver ? "expired" : "active",
    proposerId: actor.id,
    // Whoever approved the stricter measure has approved this one.
    approverId: before.approverId,
    reason: grounds,
    startsAt: before.startsAt,
    endsAt,
    noTipOff: before.noTipOff,
    replacesId: before.id,
    createdAt: at,
    ...(isOver && { endedAt: at, endReason: "Its time was over when the ruling set it." }),
  });
  const ended = await endLockedAction(tx, deps, actor, subject, { move: "supersede", at, reason: grounds, tell: false, supersededById: action.id });
  if (!ended.ok) return ended;
  await recordAudit(tx, actor, { type: "action.modified", at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: before.id, successorId: action.id, kind: action.kind, endsAt });
  const unwound = await unwindDecision(tx, deps, actor, { decisionId: before.decisionId, platformId: account.platformId, accountId: account.id, to: "modified", grounds, at });
  return { ok: true, ...unwound, action };
}
