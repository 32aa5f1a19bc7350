import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import { fourEyesFloorDays } from "../platforms/four-eyes";
import { isOffered } from "../platforms/features";
import { platformTerms } from "../platforms/terms.queries.server";
import { measureFacts } from "../signals/measure-facts.queries.server";
import { actionsOfAccount, insertAction, interimOfCase, interimTimes } from "./action.repo.server";
import { beginInterim } from "./begin-interim.server";
import { leakGuard, recordConfirmedLeaks } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import { loadCaseFacts, type CaseFacts } from "./decision.repo.server";
import { endRuleMeasure } from "./end-rule-measure.server";
import { interimMemoryDays, interimTakes } from "./interim-limit";
import type { AcceptRuleMeasureInput, RefuseRuleMeasureInput } from "./interim-measure.schema";
import { measureEndsAt, measureInWords } from "./measure";
import { isCovered } from "./rule-measure";
import { accountOfRuleMeasure, answerRow, ruleMeasureById, type RuleMeasureRow } from "./rule-measure.repo.server";

type Barred = "forbidden" | "not_found" | "already_answered" | "case_held_by_other" | "case_decided" | "proposal_expired";
export type AcceptRefusal = Barred | "signal_retracted" | "account_exempt" | "interim_exists" | "already_restricted" | "unknown_feature" | "interim_too_long" | "leak";
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
    const interim = await interimOfCase(tx, found.id);
    if (interim.active.length > 0 || interim.proposed.length > 0) return refuse("interim_exists");
    const terms = await platformTerms(tx, account.platformId);
    if (!row.features.every((code) => isOffered(terms.features, code))) return refuse("unknown_feature");
    const measure = { kind: "feature_restriction" as const, features: row.features, days: row.days };
    const endsAt = measureEndsAt(measure, at, terms.zone)!;
    if (isCovered(await actionsOfAccount(tx, account.id, "active"), terms.features, { features: row.features, endsAt }, at)) return refuse("already_restricted");
    const takes = interimTakes({ startsAt: at, endsAt }, await interimTimes(tx, { accountId: account.id, caseId: found.id, since: at.minus({ days: interimMemoryDays }) }), terms);
    if (takes === "too_long") return refuse("interim_too_long", { days: fourEyesFloorDays });
    const alone = takes === "one";
    const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id }, alone ? input.confirmed : []);
    const words = await guard.judge(input.reason);
    if (words.open.length > 0) return refuse("leak", { leaks: words.open });
    const action = await insertAction(tx, {
      decisionId: null,
      caseId: found.id,
      accountId: account.id,
      kind: measure.kind,
      interim: true,
      features: row.features,
      state: alone ? "active" : "awaiting_approval",
      proposerId: actor.id,
      approverId: null,
      reason: input.reason,
      startsAt: alone ? at : null,
      endsAt,
      noTipOff: false,
      createdAt: at,
    });
    await answerRow(tx, row.id, { state: "accepted", byId: actor.id, at, reason: null, actionId: action.id });
    const of = { actionId: action.id, reference: action.reference, measure: measureInWords(measure, featureNamesOf(terms)) };
    const event = alone ? { kind: "interim_applied" as const, data: { ...of, until: endsAt.toISO() } } : { kind: "interim_proposed" as const, data: of };
    const told = await recordCaseEvent(tx, actor, { caseId: found.id, at, event });
    if (!told.ok) throw new Error(`the case of a proposal was not told of its measure: ${told.reason}`);
    if (alone) await beginInterim(tx, deps, { account, action, terms, area: found.area, at, guard });
    const facts = { at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId: action.id };
    await recordAudit(tx, actor, { ...facts, type: "rule.measure_accepted", ruleMeasureId: row.id, signalId: row.signalId, rule: row.rule, ruleVersion: row.ruleVersion, kind: measure.kind, features: row.features, endsAt, state: action.state, reason: input.reason });
    await recordConfirmedLeaks(tx, actor, facts, words.confirmed);
    return { ok: true, actionId: action.id, reference: action.reference, state: alone ? "active" : "awaiting_approval" };
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
