import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { refuse, type Refusal, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { Case } from "../cases/case";
import { lockCaseAndAccount } from "../cases/lock-case.server";
import { moveCase } from "../cases/move-case.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { insertAction } from "./action.repo.server";
import { recordConfirmedLeaks } from "./check-leaks.server";
import { changesSince } from "./changes-since.queries.server";
import type { DecideCaseInput } from "./decide-case.schema";
import { featureNamesOf, type DecisionPlan } from "./decision-plan";
import { basisOfCase, insertApproval, insertDecision } from "./decision.repo.server";
import { enactDecision, plannedActions, type Enacted } from "./enact-decision.server";
import { measureInWords } from "./measure";
import { prepareDecision, type PreparedDecision, type PrepareRefusal } from "./prepare-decision.server";

/** How long a proposal waits for a second person before it lapses. */
export const approvalHours = 72;

/** `startsAt`: of a measure that begins later; null: what is decided holds at once. */
export type Decided = { decisionId: string; reference: string; state: "in_effect" | "awaiting_approval"; repeated: boolean; startsAt: DateTime | null };

export type DecideRefusal =
  | PrepareRefusal
  | "forbidden"
  | "stale"
  | "lease_missing"
  | "case_held_by_other"
  | "illegal_move"
  | "proposal_pending"
  | "idempotency_key_reused";

/**
 * The one atomic act that ends an investigation: findings, rationale, actions, strike, statement of reasons, reporters'
 * outcomes, gate, case and audit commit together or not at all. What needs a second person (rule of procedure 2) is
 * proposed instead: frozen, with nothing in effect and nobody told, until {@link approvalHours} have passed.
 */
export async function decideCase(deps: Deps, actor: StaffActor, input: DecideCaseInput): Promise<Result<Decided, DecideRefusal>> {
  if (!may(actor, "decision:propose")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<Decided, DecideRefusal>> => {
    const key = `${actor.id}:${input.idempotencyKey}`;
    const found = await lockCaseAndAccount(tx, input.caseId);
    if (!found) return refuse("not_found");
    const basis = await basisOfCase(tx, input.caseId, { evidence: input.evidence, idempotencyKey: key });
    if (basis.repeated) return repeatedDecision(basis.repeated, input.caseId);
    if (found.version !== input.version) return refuse("stale", await changesSince(tx, input.caseId, input.version));
    if (basis.proposal) return refuse("proposal_pending");
    const worked = await prepareDecision(tx, deps, input, at, { fresh: { found, basis }, asked: "now" });
    if (!worked.ok) return worked;
    const { prepared } = worked;
    const decided: Enacted = { decisionId: newId(), reference: newReference("D"), deciderId: actor.id, approverId: null };
    return prepared.plan?.needsApproval ? propose(tx, actor, prepared, prepared.plan, decided, key) : decide(tx, deps, actor, { found, prepared }, decided, key);
  });
}

function repeatedDecision(existing: { id: string; reference: string; caseId: string; state: string }, caseId: string): Result<Decided, "idempotency_key_reused"> {
  if (existing.caseId !== caseId) return refuse("idempotency_key_reused");
  const state = existing.state === "awaiting_approval" ? "awaiting_approval" : "in_effect";
  return { ok: true, decisionId: existing.id, reference: existing.reference, state, repeated: true, startsAt: null };
}

/** When the measure begins, if that is not at once. */
export const startsLater = ({ plan, at }: PreparedDecision): DateTime | null => (plan && plan.startsAt > at ? plan.startsAt : null);

/** What the decision says of itself on the case's timeline and in lists. */
export const measureOf = ({ plan, terms, at }: PreparedDecision): string => {
  if (!plan) return "no violation";
  const scheduled = plan.startsAt > at ? ` from ${plan.startsAt.setZone(terms.zone).toFormat("d LLL yyyy, HH:mm")}` : "";
  const measure = `${measureInWords(plan.measure, featureNamesOf(terms))}${scheduled}`;
  return plan.lawEnforcementReferral ? `${measure} and referral to law enforcement` : measure;
};

async function decide(tx: Tx, deps: Deps, actor: StaffActor, { found, prepared }: { found: Case; prepared: PreparedDecision }, decided: Enacted, key: string): Promise<Result<Decided, DecideRefusal>> {
  const { at, input } = prepared;
  const { decisionId, reference } = decided;
  const moved = await moveCase(tx, actor, {
    caseId: found.id,
    found,
    move: "decide",
    at,
    version: input.version,
    held: true,
    event: { kind: "decided", data: { decisionId, reference, outcome: prepared.outcome, measure: measureOf(prepared) } },
  });
  if (!moved.ok) return moved;
  await writeDecision(tx, actor, prepared, decided, { state: "in_effect", caseVersion: input.version, effectiveAt: at.toJSDate() }, key);
  await enactDecision(tx, deps, actor, prepared, decided);
  return { ok: true, decisionId, reference, state: "in_effect", repeated: false, startsAt: startsLater(prepared) };
}

async function propose(tx: Tx, actor: StaffActor, prepared: PreparedDecision, plan: DecisionPlan, decided: Enacted, key: string): Promise<Result<Decided, DecideRefusal>> {
  const { case: found, at, input } = prepared;
  const { decisionId, reference } = decided;
  if (found.state !== "investigating") return refuse("illegal_move", { state: found.state, move: "decide" });
  const measure = measureOf(prepared);
  const told = await recordCaseEvent(tx, actor, { caseId: found.id, at, version: input.version, held: true, event: { kind: "decision_proposed", data: { decisionId, reference, measure } } });
  if (!told.ok) return told satisfies Refusal<DecideRefusal>;
  await writeDecision(tx, actor, prepared, decided, { state: "awaiting_approval", caseVersion: told.case.version, effectiveAt: null }, key);
  for (const action of plannedActions(prepared, plan, decided)) {
    await insertAction(tx, { ...action, state: "awaiting_approval", approverId: null, startsAt: null, endsAt: null });
  }
  await insertApproval(tx, { decisionId, proposerId: actor.id, requestedAt: at, expiresAt: at.plus({ hours: approvalHours }) });
  await recordAudit(tx, actor, {
    type: "decision.proposed",
    at,
    platformId: found.platformId,
    accountId: found.accountId,
    caseId: found.id,
    decisionId,
    measure,
    recommendedRung: plan.recommendation.rung,
    chosenRung: plan.rung,
    deviation: plan.deviation,
    justification: plan.justification,
  });
  return { ok: true, decisionId, reference, state: "awaiting_approval", repeated: false, startsAt: startsLater(prepared) };
}

type Standing = { state: "in_effect" | "awaiting_approval"; caseVersion: number; effectiveAt: Date | null };

async function writeDecision(tx: Tx, actor: StaffActor, prepared: PreparedDecision, decided: Enacted, standing: Standing, idempotencyKey: string): Promise<void> {
  const { case: found, plan, input, findings, evidence, at } = prepared;
  const decision = {
    id: decided.decisionId,
    reference: decided.reference,
    caseId: found.id,
    platformId: found.platformId,
    accountId: found.accountId,
    outcome: input.outcome,
    ...standing,
    deciderId: decided.deciderId,
    rationale: input.rationale,
    facts: input.outcome === "violation" ? input.facts : "",
    idempotencyKey,
    decidedAt: at.toJSDate(),
    plan: { input },
    recommendedRung: plan?.recommendation.rung ?? null,
    chosenRung: plan?.rung ?? null,
    recommendation: plan?.recommendation ?? null,
    deviation: plan?.justification || null,
    noTipOff: plan?.noTipOff ?? false,
  };
  await insertDecision(tx, decision, findings, evidence);
  await recordConfirmedLeaks(tx, actor, { at, platformId: found.platformId, accountId: found.accountId, caseId: found.id, decisionId: decided.decisionId }, prepared.confirmedLeaks);
}
