import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { measureFacts } from "../signals/measure-facts.queries.server";
import { recordConfirmedLeaks } from "./check-leaks.server";
import { loadCaseFacts, type CaseFacts } from "./decision.repo.server";
import { endRuleMeasure } from "./end-rule-measure.server";
import type { AcceptRuleMeasureInput, RefuseRuleMeasureInput } from "./interim-measure.schema";
import { accountOfRuleMeasure, answerRow, ruleMeasureById, type RuleMeasureRow } from "./rule-measure.repo.server";
import { startInterim, type InterimBarred } from "./start-interim.server";

type Barred = "forbidden" | "not_found" | "already_answered" | "case_held_by_other" | "case_decided" | "proposal_expired";
export type AcceptRefusal = Barred | InterimBarred | "signal_retracted" | "account_exempt";
export type Accepted = { actionId: string; reference: string; state: "active" | "awaiting_approval" };

type Waiting = { row: RuleMeasureRow; account: LockedAccount; found: CaseFacts };

/** The proposal, if this person may answer it: who holds the case, anybody while nobody does, and whoever may approve decisions. */
async function lockWaiting(tx: Tx, deps: Deps, actor: StaffActor, id: string): Promise<Result<Waiting, Barred>> {
  const of = await accountOfRuleMeasure(tx, id);
  const account = of && (await lockAccount(tx, of.accountId));
  if (!of || !account) return refuse("not_found");
  const row = await ruleMeasureById(tx, id);
  if (!row) return refuse("not_found");
  const [held] = await tx.$queryRaw<{ by: string | null }[]>`SELECT CASE WHEN lease_expires_at > ${deps.clock().toJSDate()} THEN lease_holder_id END AS by FROM "case" WHERE id = ${row.caseId}::uuid FOR UPDATE`;
  if (row.state !== "waiting") return refuse("already_answered");
  if (held?.by && held.by !== actor.id && !may(actor, "decision:approve")) return refuse("case_held_by_other");
  const found = await loadCaseFacts(tx, row.caseId);
  if (!found || !isOpenCase(found.state)) return refuse("case_decided");
  return { ok: true, row, account, found };
}

/**
 * A person agrees to what a rule proposed: it holds at once, for as long as was proposed, in words that may be changed before they
 * are sent. Where interim measures take two people on the platform, it waits for the second one as any other does.
 */
export async function acceptRuleMeasure(deps: Deps, actor: StaffActor, input: AcceptRuleMeasureInput): Promise<Result<Accepted, AcceptRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<Accepted, AcceptRefusal>> => {
    const waiting = await lockWaiting(tx, deps, actor, input.ruleMeasureId);
    if (!waiting.ok) return waiting;
    const { row, account, found } = waiting;
    if (+at >= +row.expiresAt) return refuse("proposal_expired");
    const finding = await measureFacts(tx, row.signalId, at);
    if (!finding || finding.retracted) return refuse("signal_retracted");
    if (finding.exempt) return refuse("account_exempt");
    const terms = await platformTerms(tx, account.platformId);
    const measure = { kind: "feature_restriction" as const, features: row.features, days: row.days };
    const { reason, confirmed } = input;
    const trace = (actionId: string) => answerRow(tx, row.id, { state: "accepted", byId: actor.id, at, reason: null, actionId });
    const started = await startInterim(tx, deps, actor, { found, account, terms, measure, reason, ground: null, confirmed, mustAdd: true, expected: { held: false }, trace, at });
    if (!started.ok) return started;
    const { action, state, endsAt, facts } = started;
    await recordAudit(tx, actor, { ...facts, type: "rule.measure_accepted", ruleMeasureId: row.id, signalId: row.signalId, rule: row.rule, ruleVersion: row.ruleVersion, kind: measure.kind, features: row.features, endsAt, state, reason });
    await recordConfirmedLeaks(tx, actor, facts, started.confirmed);
    return { ok: true, actionId: action.id, reference: action.reference, state };
  });
}

/** A person says no: the rule proposes nothing more for what happened before that. */
export async function refuseRuleMeasure(deps: Deps, actor: StaffActor, { ruleMeasureId, reason }: RefuseRuleMeasureInput): Promise<Result<object, Barred>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Barred>> => {
    const waiting = await lockWaiting(tx, deps, actor, ruleMeasureId);
    if (!waiting.ok) return waiting;
    await endRuleMeasure(tx, actor, waiting.row, { state: "refused", reason, at: deps.clock() });
    return { ok: true };
  });
}
