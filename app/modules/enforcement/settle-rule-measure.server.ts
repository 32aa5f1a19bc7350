import type { DateTime } from "luxon";
import { isDatabaseAway } from "~/infra/database-away";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import { isOffered } from "../platforms/features";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { findingsDue, findingsLeft, measureFacts, noteSettled, type MeasureFacts } from "../signals/measure-facts.queries.server";
import { proposalInWords } from "../signals/rule-interim";
import { actionsOfAccount, insertAction, interimOfCase, interimTimes } from "./action.repo.server";
import { beginInterim } from "./begin-interim.server";
import { leakGuard } from "./check-leaks.server";
import { featureNamesOf } from "./decision-plan";
import { loadCaseFacts, type CaseFacts } from "./decision.repo.server";
import { endRuleMeasure, takeBackRuleMeasure } from "./end-rule-measure.server";
import { interimMemoryDays, interimTakes } from "./interim-limit";
import { measureEndsAt } from "./measure";
import { isCovered, ruleMeasureHours, weigh } from "./rule-measure";
import { earlierOfRule, insertRuleMeasure, moveToCase, ruleMeasureOfSignal } from "./rule-measure.repo.server";
import { reasonOfRule } from "./rule-reason";

const engine: Actor = { kind: "system", name: "signals" };

export type Settled = "nothing" | "proposed" | "applied" | "taken_back";

/**
 * What follows from a rule's finding for measures, now that it stands on a case, or does not hold any more (CF-AUP 7.1): an interim
 * measure is proposed, or takes effect by itself where two people switched that on; a proposal whose finding was taken back ends.
 * In rows, under the account's lock: however often and by however many it is called, a finding is proposed for once.
 */
export async function settleRuleMeasure(deps: Deps, signalId: string): Promise<Settled> {
  const found = await deps.db.signal.findUnique({ where: { id: signalId }, select: { accountId: true } });
  if (!found) return "nothing";
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const account = await lockAccount(tx, found.accountId);
    return account ? settle(tx, deps, account, signalId, at) : "nothing";
  });
}

async function settle(tx: Tx, deps: Deps, account: LockedAccount, signalId: string, at: DateTime<true>): Promise<Settled> {
  const finding = await measureFacts(tx, signalId, at);
  if (!finding) return "nothing";
  await noteSettled(tx, signalId);
  const { caseId, rule } = finding;
  const before = await ruleMeasureOfSignal(tx, signalId);
  if (before) {
    if (!finding.retracted) {
      if (before.state === "waiting" && caseId && caseId !== before.caseId) await moveOrEnd(tx, before, caseId, at);
      return "nothing";
    }
    if (!(await takeBackRuleMeasure(tx, deps, engine, before, at))) return "nothing";
    const [next] = caseId ? await findingsLeft(tx, { caseId, rule }) : [];
    if (next) await settle(tx, deps, account, next, at);
    return "taken_back";
  }
  const facts = caseId && (await lockCaseFacts(tx, caseId));
  return facts ? consider(tx, deps, account, finding, facts, at) : "nothing";
}

async function lockCaseFacts(tx: Tx, caseId: string): Promise<CaseFacts | null> {
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${caseId}::uuid FOR UPDATE`;
  return loadCaseFacts(tx, caseId);
}

/** Signals move where a decision is taken back while another case about the same is open: one proposal of a rule is enough there. */
async function moveOrEnd(tx: Tx, before: NonNullable<Awaited<ReturnType<typeof ruleMeasureOfSignal>>>, caseId: string, at: DateTime): Promise<void> {
  const there = await earlierOfRule(tx, { caseId, rule: before.rule });
  if (there.waiting) await endRuleMeasure(tx, engine, before, { state: "overtaken", reason: "Its case went on as another one, where the rule proposes already.", at });
  else await moveToCase(tx, before.id, caseId);
}

async function consider(tx: Tx, deps: Deps, account: LockedAccount, finding: MeasureFacts, found: CaseFacts, at: DateTime<true>): Promise<Settled> {
  const { rule, proposal } = finding;
  const terms = await platformTerms(tx, account.platformId);
  const features = proposal?.features.filter((code) => isOffered(terms.features, code)) ?? [];
  const measure = proposal && features.length > 0 ? { kind: "feature_restriction" as const, features, days: proposal.days } : null;
  const endsAt = measure && measureEndsAt(measure, at, terms.zone);
  const interim = await interimOfCase(tx, found.id);
  const times = await interimTimes(tx, { accountId: account.id, caseId: found.id, since: at.minus({ days: interimMemoryDays }) });
  const verdict = weigh({
    ...finding,
    ...(await earlierOfRule(tx, { caseId: found.id, rule })),
    proposal: measure,
    caseOpen: isOpenCase(found.state),
    windowStart: finding.windowStart.toMillis(),
    covered: measure !== null && endsAt !== null && isCovered(await actionsOfAccount(tx, account.id, "active"), terms.features, { features, endsAt }, at),
    interimStands: interim.active.length > 0 || interim.proposed.length > 0,
    takes: endsAt ? interimTakes({ startsAt: at, endsAt }, times, terms) : "too_long",
    byItself: finding.automation !== null,
  });
  if (verdict.does === "nothing" || !measure || !endsAt) return "nothing";
  const planned: Planned = { account, finding, found, terms, measure, endsAt, at };
  if (verdict.does === "apply" && (await apply(tx, deps, planned))) return "applied";
  await propose(tx, planned);
  return "proposed";
}

interface Planned {
  account: LockedAccount;
  finding: MeasureFacts;
  found: CaseFacts;
  terms: Terms;
  measure: { kind: "feature_restriction"; features: string[]; days: number };
  endsAt: DateTime<true>;
  at: DateTime<true>;
}

const rowOf = ({ account, finding, found, measure, at }: Planned) => ({
  id: newId(),
  platformId: account.platformId,
  accountId: account.id,
  caseId: found.id,
  signalId: finding.signalId,
  rule: finding.rule,
  ruleVersion: finding.ruleVersion,
  features: measure.features,
  days: measure.days,
  createdAt: at,
  expiresAt: at.plus({ hours: ruleMeasureHours }),
});

async function propose(tx: Tx, planned: Planned): Promise<void> {
  const { account, finding, found, terms, measure, at } = planned;
  const row = rowOf(planned);
  await insertRuleMeasure(tx, { ...row, state: "waiting", automationId: null, actionId: null });
  const event = { kind: "rule_proposed" as const, data: { rule: finding.rule, measure: proposalInWords(measure, featureNamesOf(terms)) } };
  await told(tx, found.id, at, event);
  await recordAudit(tx, engine, { type: "rule.measure_proposed", at, platformId: account.platformId, accountId: account.id, caseId: found.id, ruleMeasureId: row.id, signalId: finding.signalId, rule: finding.rule, ruleVersion: finding.ruleVersion, features: measure.features, days: measure.days });
}

/**
 * It holds at once. Whoever asked for the switch and whoever confirmed it answer for the measure as proposer and second person:
 * neither of them rules on an appeal against it (rule of procedure 3).
 *
 * @returns false where its words could tell who reported the account: then a person has to look
 */
async function apply(tx: Tx, deps: Deps, planned: Planned): Promise<boolean> {
  const { account, finding, found, terms, measure, endsAt, at } = planned;
  const { automation } = finding;
  if (!automation) return false;
  const reason = reasonOfRule({ ...finding, windowStart: finding.windowStart.toISO(), windowEnd: finding.windowEnd.toISO() }, terms.zone, account.language);
  const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: account.id });
  if ((await guard.judge(reason)).open.length > 0) return false;
  const action = await insertAction(tx, {
    decisionId: null,
    caseId: found.id,
    accountId: account.id,
    kind: measure.kind,
    interim: true,
    features: measure.features,
    state: "active",
    proposerId: automation.askedById,
    approverId: automation.confirmedById,
    reason,
    startsAt: at,
    endsAt,
    noTipOff: false,
    createdAt: at,
  });
  const row = rowOf(planned);
  await insertRuleMeasure(tx, { ...row, state: "accepted", automationId: automation.id, actionId: action.id });
  const event = { kind: "rule_applied" as const, data: { rule: finding.rule, actionId: action.id, reference: action.reference, measure: proposalInWords(measure, featureNamesOf(terms)), until: endsAt.toISO() } };
  await told(tx, found.id, at, event);
  await beginInterim(tx, deps, { account, action, terms, area: found.area, at, guard });
  await recordAudit(tx, engine, { type: "action.interim_applied_by_rule", at, platformId: account.platformId, accountId: account.id, caseId: found.id, actionId: action.id, ruleMeasureId: row.id, signalId: finding.signalId, rule: finding.rule, ruleVersion: finding.ruleVersion, automationId: automation.id, kind: measure.kind, features: measure.features, endsAt });
  return true;
}

async function told(tx: Tx, caseId: string, at: DateTime, event: Parameters<typeof recordCaseEvent>[2]["event"]): Promise<void> {
  const recorded = await recordCaseEvent(tx, engine, { caseId, at, event });
  if (!recorded.ok) throw new Error(`the case of a finding was not told of its measure: ${recorded.reason}`);
}

/** Settles findings whose job was lost, or that were moved to another case. @returns how many there were */
export async function settleRuleMeasures(deps: Deps, limit = 200): Promise<number> {
  const due = await findingsDue(deps.db, limit);
  for (const signalId of due) {
    try {
      await settleRuleMeasure(deps, signalId);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      deps.log.error({ err: error, signalId }, "what follows from a finding could not be settled; it waits for the next round");
    }
  }
  return due.length;
}
