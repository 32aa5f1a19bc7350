import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOffered, withContained } from "../platforms/features";
import { endOfAction, insertAction, setSuccessorOnRecord, type Action } from "./action.repo.server";
import { endLockedAction, lockSubject, type Subject } from "./change-action.server";
import type { Measure } from "./measure";
import { interimBasisOf } from "./interim-basis.server";
import { planModification, type Modification, type ModificationRefusal } from "./modification";
import { unwindDecision, type Unwound } from "./unwind-decision.server";

export type ModifyRefusal = ModificationRefusal | "not_found" | "unknown_feature";

export type Modified = Unwound & { action: Action; stands: Modification["stands"] };

/**
 * Puts a milder measure in the place of an action from its start, in the transaction of the ruling that found it too strict;
 * of an action that had ended, on the record. The strikes of the decision are void and what counted them is up for review, as
 * with a reversal (rule of procedure 5); an interim measure left none. Permission is the calling command's to check, and so
 * is telling the account holder.
 */
export async function modifyAction(
  tx: Tx,
  deps: Deps,
  actor: Actor & { kind: "staff" },
  { actionId, measure, grounds, at }: { actionId: string; measure: Measure; grounds: string; at: DateTime<true> },
): Promise<Result<Modified, ModifyRefusal>> {
  const subject = await lockSubject(tx, actionId);
  if (!subject.ok) return subject;
  const { action: before, account, terms } = subject;
  const features = measure.kind === "feature_restriction" ? measure.features : [];
  const whole = (codes: readonly string[]) => [...withContained(codes, terms.features)];
  const compared = measure.kind === "feature_restriction" ? { ...measure, features: whole(measure.features) } : measure;
  const planned = planModification({ ...before, features: whole(before.features) }, await endOfAction(tx, actionId), compared, { zone: terms.zone, now: at });
  if (!planned.ok) return planned;
  if (!features.every((code) => isOffered(terms.features, code) || before.features.includes(code))) return refuse("unknown_feature");
  const { stands } = planned;
  const basis = before.interim ? await interimBasisOf(tx, actionId, at) : null;
  const ground = basis && { clauseId: basis.clause.clauseId, conductAt: basis.conductAt };
  const action = await putInPlace(tx, actor, subject, { kind: measure.kind, features, grounds, ground, at }, planned);
  if (before.state === "active") {
    const ended = await endLockedAction(tx, deps, actor, subject, { move: "supersede", at, reason: grounds, tell: false, supersededById: action.id });
    if (!ended.ok) throw new Error(`an active action was not replaced: ${ended.reason}`);
  } else await setSuccessorOnRecord(tx, before.id, action.id);
  const { platformId } = account;
  await recordAudit(tx, actor, { type: "action.modified", at, platformId, accountId: account.id, caseId: action.caseId, actionId: before.id, successorId: action.id, kind: action.kind, endsAt: action.endsAt, stands });
  if (!before.decisionId) return { ok: true, strikesVoided: 0, decisionsForReview: [], action, stands };
  const unwound = await unwindDecision(tx, deps, actor, { decisionId: before.decisionId, platformId, accountId: account.id, to: "modified", grounds, at });
  return { ok: true, ...unwound, action, stands };
}

/** A milder interim measure rests on the same ground. */
function putInPlace(
  tx: Tx,
  actor: { id: string },
  { action: before, account }: Subject,
  { kind, features, grounds, ground, at }: { kind: Measure["kind"]; features: readonly string[]; grounds: string; ground: { clauseId: string; conductAt: DateTime } | null; at: DateTime },
  { startsAt, endsAt, state, end }: Modification,
): Promise<Action> {
  return insertAction(tx, {
    decisionId: before.decisionId,
    caseId: before.caseId,
    accountId: account.id,
    kind,
    interim: before.interim,
    features,
    state,
    proposerId: actor.id,
    // Whoever approved the stricter measure has approved this one.
    approverId: before.approverId,
    reason: grounds,
    startsAt,
    // What ended before its start never began.
    ...(end && +end.endedAt < +startsAt && { begunAt: null }),
    endsAt,
    noTipOff: before.noTipOff,
    replacesId: before.id,
    ground,
    createdAt: at,
    ...end,
  });
}
