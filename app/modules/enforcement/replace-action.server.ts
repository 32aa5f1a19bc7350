import type { DateTime } from "luxon";
import type { ReplacingStatement } from "#emails/replacing-statement";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { appealClosesAt } from "../appeals/appeal";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { ConfirmedLeak, LeakGuard } from "../notices/leak-guard";
import { isOffered } from "../platforms/features";
import { hasLiveAppeal, insertAction, wasSuspendedBefore, type Action, type NewAction } from "./action.repo.server";
import { endLockedAction, lockSubject, type Subject } from "./change-action.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { approvalHours } from "./decide-case.server";
import { freezeReplacing } from "./freeze-replacing.server";
import { featureNamesOf } from "./decision-plan";
import { hasPendingApproval, insertApproval } from "./decision.repo.server";
import { measureInWords, type Measure } from "./measure";
import type { ReplaceActionInput } from "./replace-action.schema";
import { planReplacement, type Replacement, type ReplacementRefusal } from "./replacement";
import { tellHolder } from "./tell-holder.server";

export type ReplaceRefusal = ReplacementRefusal | "forbidden" | "not_found" | "illegal_move" | "unknown_feature" | "appeal_under_way" | "proposal_pending" | "leak";

export type Replaced = { actionId: string; state: "active" | "awaiting_approval" };

/**
 * Extends a decided action, or puts another measure in its place: the old one is superseded by a new one under the same
 * decision, in one transaction, so that the gate never opens in between. Strikes stay. What takes a second person (rule
 * of procedure 2, the whole time counted) is proposed instead. The account holder is told, and the new action has an
 * appeal window of its own (CF-AUP 7.3): whatever became of the old one, the change can be objected to.
 */
export async function replaceAction(deps: Deps, actor: StaffActor, input: ReplaceActionInput): Promise<Result<Replaced, ReplaceRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<Replaced, ReplaceRefusal>> => {
    const planned = await planChange(tx, deps, actor, input, at);
    if (!planned.ok) return planned;
    const { subject, replacement, words } = planned;
    if (replacement.needsApproval) return { ok: true, actionId: await proposeChange(tx, actor, subject, replacement, input, at), state: "awaiting_approval" };
    const successor = await enactReplacement(tx, deps, actor, subject, newAction(subject, replacement, { state: "active", proposerId: actor.id, approverId: null, reason: input.reason, at }), at, words.guard);
    const { account, action } = subject;
    await recordConfirmedLeaks(tx, actor, { at, platformId: account.platformId, accountId: account.id, caseId: action.caseId, actionId: successor.id }, words.confirmed);
    return { ok: true, actionId: successor.id, state: "active" };
  });
}

type Planned = { subject: Subject; replacement: Replacement; words: { guard: LeakGuard; confirmed: ConfirmedLeak[] } };

/** Locks the action and works out what would take its place, with nothing written yet. */
export async function planChange(tx: Tx, deps: Deps, actor: StaffActor, input: ReplaceActionInput, at: DateTime<true>): Promise<Result<Planned, ReplaceRefusal>> {
  const subject = await lockSubject(tx, input.actionId);
  if (!subject.ok) return subject;
  const { action, account, terms } = subject;
  const { startsAt } = action;
  const isOver = action.endsAt !== null && +action.endsAt <= +at;
  if (action.state !== "active" || action.interim || !action.decisionId || !startsAt || isOver || action.kind === "law_enforcement_referral") return refuse("illegal_move", { state: action.state, move: "supersede" });
  if (await hasLiveAppeal(tx, action.id)) return refuse("appeal_under_way");
  if (await hasPendingApproval(tx, action.decisionId)) return refuse("proposal_pending");
  const { change } = input;
  const features = change.what === "replace" && change.measure.kind === "feature_restriction" ? change.measure.features : [];
  if (!features.every((code) => isOffered(terms.features, code))) return refuse("unknown_feature");
  const replacement = planReplacement({ ...action, startsAt, suspendedBefore: await wasSuspendedBefore(tx, action.id) }, change, terms, at);
  if (!replacement.ok) return replacement;
  if (replacement.milder && !may(actor, "action:lift")) return refuse("forbidden");
  // A proposal waits, and more may be reported meanwhile: its words have to be free of findings, not declared to be.
  const guard = leakGuard(tx, deps.crypto, { caseId: action.caseId, accountId: account.id }, replacement.needsApproval ? [] : input.confirmed);
  const { open, confirmed } = await guard.judge(input.reason);
  return open.length > 0 ? refuse("leak", { leaks: open }) : { ok: true, subject, replacement, words: { guard, confirmed } };
}

type Taken = { state: NewAction["state"]; proposerId: string; approverId: string | null; reason: string; at: DateTime };

const featuresOf = (measure: Measure): readonly string[] => (measure.kind === "feature_restriction" ? measure.features : []);

export function newAction({ action: before, account }: Subject, { measure, startsAt, endsAt }: Replacement, { at, ...taken }: Taken): NewAction {
  const { decisionId, caseId, noTipOff } = before;
  return { ...taken, decisionId, caseId, accountId: account.id, kind: measure.kind, interim: false, features: featuresOf(measure), startsAt, endsAt, noTipOff, replacesId: before.id, createdAt: at };
}

async function proposeChange(tx: Tx, actor: StaffActor, subject: Subject, replacement: Replacement, { reason }: ReplaceActionInput, at: DateTime): Promise<string> {
  const { action: before, account, terms } = subject;
  if (!before.decisionId) throw new Error("an interim measure is not replaced");
  const measure = measureInWords(replacement.measure, featureNamesOf(terms));
  const proposed = await insertAction(tx, newAction(subject, replacement, { state: "awaiting_approval", proposerId: actor.id, approverId: null, reason, at }));
  await insertApproval(tx, { decisionId: before.decisionId, actionId: proposed.id, proposerId: actor.id, requestedAt: at, expiresAt: at.plus({ hours: approvalHours }) });
  await recordCaseEvent(tx, actor, { caseId: before.caseId, at, event: { kind: "change_proposed", data: { actionId: before.id, reference: before.reference, measure, reason } } });
  await recordAudit(tx, actor, { type: "action.change_proposed", at, platformId: account.platformId, accountId: account.id, caseId: before.caseId, actionId: before.id, proposedActionId: proposed.id, measure, reason });
  return proposed.id;
}

/** One action takes another's place, wholly: both rows, gate, timeline, audit, the account holder's notice. */
export async function enactReplacement(tx: Tx, deps: Deps, actor: StaffActor, subject: Subject, successor: NewAction | Action, at: DateTime<true>, guard: LeakGuard): Promise<Action> {
  const { action: before, account, terms } = subject;
  const action = "informedAt" in successor ? successor : await insertAction(tx, successor);
  const ended = await endLockedAction(tx, deps, actor, subject, { move: "supersede", at, reason: action.reason, tell: false, supersededById: action.id });
  if (!ended.ok) throw new Error(`an active action was not replaced: ${ended.reason}`);
  const { platformId } = account;
  await recordAudit(tx, actor, {
    type: "action.replaced", at, platformId, accountId: account.id, caseId: action.caseId, actionId: before.id, successorId: action.id,
    kind: action.kind, features: action.features, endsAt: action.endsAt?.toISO() ?? null, proposerId: action.proposerId, approverId: action.approverId, reason: action.reason,
  });
  if (!action.startsAt) return action;
  const names = featureNamesOf(terms, account.language);
  const closesAt = appealClosesAt({ informedAt: at }, { zone: terms.zone, windowDays: terms.appealWindowDays });
  const measure = { kind: action.kind, features: action.features.map((code) => names[code] ?? code), startsAt: action.startsAt.toJSDate(), endsAt: action.endsAt?.toJSDate() ?? null };
  const told = (statement: ReplacingStatement | null, standingUrl: string) =>
    ({
      template: "action_changed",
      props: {
        businessName: account.businessName,
        reference: action.reference,
        changedAt: at.toJSDate(),
        before: { reference: before.reference, kind: before.kind, endsAt: before.endsAt?.toJSDate() ?? null },
        measure,
        reason: action.reason,
        appeal: closesAt && { windowDays: terms.appealWindowDays, openAtLeastUntil: closesAt.toJSDate() },
        standingUrl,
        statement,
      },
    }) as const;
  const statement = await freezeReplacing(tx, deps, { account, terms, before, action, why: action.reason, at, saysHowToObject: false, guard }, told);
  if (action.noTipOff) return action;
  await tellHolder(tx, deps, {
    account,
    // The message is about the new action alone: being told of it opens its own window, and no other.
    action: { ...action, decisionId: null },
    at,
    occasion: "changed",
    guard,
    content: (standingUrl) => told(statement, standingUrl),
  });
  return action;
}
