import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { privateLink } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { moveCase } from "../cases/move-case.server";
import { resolveReports } from "../intake/resolve-reports.server";
import { stageNotices } from "../notices/stage-notice.server";
import { actionsOfDecision, activateAction, endActions, insertAction, rejectAction, type Action, type NewAction } from "./action.repo.server";
import type { DecisionPlan } from "./decision-plan";
import { accountHolderDrafts, type DecisionNames } from "./decision-messages";
import { insertStrike } from "./decision.repo.server";
import { freezeStatement } from "./freeze-statement.server";
import { lapseWaiting } from "./interim-extension.repo.server";
import type { ActionKind } from "./measure";
import type { PreparedDecision } from "./prepare-decision.server";
import { refreshGate } from "./refresh-gate.server";

export type Enacted = {
  decisionId: string;
  reference: string;
  deciderId: string;
  /** Who approved it under the four-eyes rule; null when nobody had to. */
  approverId: string | null;
};

/** The rows a plan becomes: the measure, and the referral beside it. */
export function plannedActions(prepared: PreparedDecision, plan: DecisionPlan, decision: Pick<Enacted, "decisionId" | "deciderId">): Omit<NewAction, "state" | "approverId" | "startsAt" | "endsAt">[] {
  const common = {
    decisionId: decision.decisionId,
    caseId: prepared.case.id,
    accountId: prepared.account.id,
    interim: false,
    proposerId: decision.deciderId,
    noTipOff: plan.noTipOff,
    reason: plan.justification || plan.recommendation.explanation,
    createdAt: prepared.at,
  };
  const main = { ...common, kind: plan.measure.kind, features: plan.measure.kind === "feature_restriction" ? plan.measure.features : [] };
  return plan.lawEnforcementReferral ? [main, { ...common, kind: "law_enforcement_referral" as const, features: [] }] : [main];
}

/**
 * Makes a decision take effect, wholly, in the caller's transaction: actions, strike, gate, the end of interim measures,
 * statement of reasons, reporters' outcomes, audit. The case has been moved by the caller, who holds its lock and the
 * account's; the decision's own row stands, and its proposed actions where it had been proposed.
 */
export async function enactDecision(tx: Tx, deps: Deps, actor: Actor, prepared: PreparedDecision, enacted: Enacted): Promise<void> {
  const { plan, at, terms } = prepared;
  const standingUrl = await privateLink(tx, deps, { purpose: "account_standing", accountId: prepared.account.id }, at);
  const names: DecisionNames = { decisionId: enacted.decisionId, reference: enacted.reference, standingUrl };
  const actions = plan ? await takeEffect(tx, prepared, plan, enacted) : [];
  await endInterim(tx, actor, prepared, actions[0] ?? null);
  await refreshGate(tx, prepared.account.id, terms, at);
  if (plan) await freezeStatement(tx, deps, prepared, plan, names);
  await stageNotices(tx, deps, accountHolderDrafts(prepared, names));
  await resolveReports(tx, deps, actor, { caseId: prepared.case.id, decisionId: enacted.decisionId, outcome: prepared.outcome, at, sender: terms.letterhead });
  await auditDecision(tx, actor, prepared, enacted, actions);
  if (!plan) await closeDecided(tx, actor, prepared);
}

/** Actions become active and the strike is issued. */
async function takeEffect(tx: Tx, prepared: PreparedDecision, plan: DecisionPlan, enacted: Enacted): Promise<Action[]> {
  const { decisionId, approverId } = enacted;
  const proposed = approverId ? await actionsOfDecision(tx, decisionId) : [];
  const actions: Action[] = [];
  const spanOf = (kind: ActionKind) => (kind === plan.measure.kind ? { startsAt: plan.startsAt, endsAt: plan.endsAt } : { startsAt: prepared.at, endsAt: null });
  if (proposed.length > 0) {
    for (const { id, kind } of proposed) actions.push(await activateAction(tx, id, { approverId, ...spanOf(kind), at: prepared.at }));
  } else {
    for (const planned of plannedActions(prepared, plan, enacted)) {
      actions.push(await insertAction(tx, { ...planned, state: "active", approverId, ...spanOf(planned.kind) }));
    }
  }
  const struck = prepared.findings.find(({ code }) => code === plan.strike.clauseCode);
  if (!struck) throw new Error("the strike is for none of the findings");
  const { weight, expiresAt } = plan.strike;
  await insertStrike(tx, { accountId: prepared.account.id, decisionId, clauseId: struck.clauseId, weight, issuedAt: prepared.at, expiresAt }, plan.counted);
  return actions.sort((a, b) => Number(a.kind === "law_enforcement_referral") - Number(b.kind === "law_enforcement_referral"));
}

/** An interim measure gives way to what was decided, or is lifted when nothing was found. */
async function endInterim(tx: Tx, actor: Actor, prepared: PreparedDecision, successor: Action | null): Promise<void> {
  const byId = actor.kind === "staff" ? actor.id : null;
  for (const { id } of prepared.interim.proposed) {
    await rejectAction(tx, id);
    await recordAudit(tx, actor, { ...subject(prepared), type: "action.interim_overtaken", actionId: id });
  }
  for (const action of prepared.interim.active) {
    const ending = successor
      ? { state: "superseded" as const, supersededById: successor.id, reason: "The case was decided." }
      : { state: "lifted" as const, reason: "The case was decided: no violation." };
    await endActions(tx, [action.id], { ...ending, at: prepared.at, byId });
    await lapseWaiting(tx, [action.id], prepared.at);
    await recordAudit(tx, actor, { ...subject(prepared), type: `action.${ending.state}`, actionId: action.id, interim: true });
  }
}

async function auditDecision(tx: Tx, actor: Actor, prepared: PreparedDecision, enacted: Enacted, actions: readonly Action[]): Promise<void> {
  const { plan } = prepared;
  await recordAudit(tx, actor, {
    ...subject(prepared),
    type: "decision.took_effect",
    decisionId: enacted.decisionId,
    deciderId: enacted.deciderId,
    approverId: enacted.approverId,
    outcome: prepared.outcome,
    clauses: prepared.findings.map(({ code, versionNumber }) => `${code}@${versionNumber}`),
    actions: actions.map(({ id, kind }) => ({ id, kind })),
    ...(plan && {
      recommendedRung: plan.recommendation.rung,
      chosenRung: plan.rung,
      deviation: plan.deviation,
      justification: plan.justification,
      startsAt: plan.startsAt,
      endsAt: plan.endsAt,
      strikeWeight: plan.strike.weight,
      noTipOff: plan.noTipOff,
    }),
  });
}

/** Where nothing was found there is nothing to appeal against: the case is filed away at once. */
async function closeDecided(tx: Tx, actor: Actor, prepared: PreparedDecision): Promise<void> {
  const reason = "No violation was found.";
  const closed = await moveCase(tx, actor, { caseId: prepared.case.id, move: "close", at: prepared.at, event: { kind: "closed", data: { reason } } });
  if (!closed.ok) throw new Error(`a decided case did not close: ${closed.reason}`);
}

const subject = ({ case: found, at }: PreparedDecision) => ({ at, platformId: found.platformId, accountId: found.accountId, caseId: found.id });
