import { DateTime } from "luxon";
import { civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { allRefusals, refuse, refuseAll, type Refusal, type Result } from "~/infra/result";
import type { CaseOutcome } from "../intake/resolve-reports.server";
import type { ConfirmedLeak, LeakGuard } from "../notices/leak-guard";
import { holderAndTerms } from "../platforms/holder-and-terms.queries.server";
import type { Terms } from "../platforms/terms.queries.server";
import { clauseInForce, type ClauseInForce } from "../policy/clause-in-force.server";
import { interimOfCase, type Action } from "./action.repo.server";
import { leakGuard } from "./check-leaks.server";
import type { DecideCaseInput, ViolationInput } from "./decide-case.schema";
import { planDecision, type DecisionPlan, type PlanRefusal } from "./decision-plan";
import { basisOfCase, ladderBasis, loadCaseFacts, type CaseBasis, type CaseFacts, type CaseNotices, type EvidenceRow } from "./decision.repo.server";

export type PreparedFinding = ClauseInForce & { conductAt: DateTime<true>; note: string };

/** A decision worked out to the last message, with nothing written yet: preview and commit both start from it. */
export type PreparedDecision = {
  case: CaseFacts;
  account: { id: string; businessName: string; language: string; emails: string[] };
  terms: Terms;
  input: DecideCaseInput;
  findings: PreparedFinding[];
  evidence: EvidenceRow[];
  /** Null: no violation. */
  plan: DecisionPlan | null;
  outcome: CaseOutcome;
  /** Who drew attention to the case. */
  drawn: CaseNotices;
  /** Interim measures of the case, which the decision ends, and those that wait for a second person, which it overtakes. */
  interim: { active: Action[]; proposed: Action[] };
  /** Has read the facts; their statement passes it again when it is staged. */
  guard: LeakGuard;
  /** What the decider answers for: words that look like a leak and are none. */
  confirmedLeaks: ConfirmedLeak[];
  at: DateTime<true>;
};

export type PrepareRefusal = PlanRefusal | "not_found" | "no_finding" | "clause_twice" | "start_passed" | "evidence_not_in_case" | "clause_not_in_force" | "conduct_in_future" | "no_ladder" | "leak";

/**
 * Works out what a decision would find, do and tell, or everything that stands against it at once. Reads only; the caller
 * holds the locks when it means to commit, and may bring the case as it read it behind them. What was `asked` before and is
 * approved now may have been meant to begin meanwhile.
 */
export async function prepareDecision(
  tx: Tx,
  deps: Deps,
  input: DecideCaseInput,
  at: DateTime<true>,
  { fresh, asked }: { fresh?: { found: CaseFacts; basis: CaseBasis }; asked: "now" | "before" },
): Promise<Result<{ prepared: PreparedDecision }, PrepareRefusal>> {
  const found = fresh?.found ?? (await loadCaseFacts(tx, input.caseId));
  if (!found) return refuse("not_found");
  const { terms, holder } = await holderAndTerms(tx, deps.crypto, found.accountId);
  const { evidence, hasInterim, notices, languages } = fresh?.basis ?? (await basisOfCase(tx, found.id, { evidence: input.evidence }));
  const strange: Refusal<PrepareRefusal>[] = evidence.length === new Set(input.evidence).size ? [] : [refuse("evidence_not_in_case")];
  const { businessName, language, emails } = holder;
  const guard = leakGuard(tx, deps.crypto, { caseId: found.id, accountId: found.accountId }, input.outcome === "violation" ? input.confirmed : [], holder);
  const interim = hasInterim ? await interimOfCase(tx, found.id) : { active: [], proposed: [] };
  const known = { guard, case: found, account: { id: found.accountId, businessName, language, emails }, terms, input, evidence, drawn: { notices, languages }, interim, at };
  if (input.outcome === "no_violation") {
    const [first] = strange;
    return first ?? { ok: true, prepared: { ...known, confirmedLeaks: [], findings: [], plan: null, outcome: input.finding } };
  }
  const findings = await resolveFindings(tx, found.platformId, terms.zone, input, at);
  const words = await guard.judge(input.facts);
  const planned = findings.ok ? await planFor(tx, found, terms, findings.findings, input, at) : findings;
  const passed = asked === "now" && hasPassed(input, terms.zone, at);
  const [first, ...others] = [
    ...strange,
    ...(planned.ok ? [] : allRefusals(planned)),
    ...(passed ? [refuse("start_passed")] : []),
    ...(words.open.length > 0 ? [refuse("leak", { leaks: words.open })] : []),
  ] as Refusal<PrepareRefusal>[];
  if (first) return refuseAll(first, ...others);
  if (!findings.ok || !planned.ok) throw new Error("a refusal of a decision was lost");
  return { ok: true, prepared: { ...known, confirmedLeaks: words.confirmed, findings: findings.findings, plan: planned, outcome: "action_taken" } };
}

/** Whether the moment at which it is to take effect is over: a person who asked for another day is not answered with now. */
function hasPassed(input: DecideCaseInput, zone: string, at: DateTime<true>): boolean {
  const start = startOf(input, zone);
  return start !== null && start <= at;
}

/** The clause each finding cites, in the version in force when the conduct happened. */
async function resolveFindings(
  tx: Tx,
  platformId: string,
  zone: string,
  input: ViolationInput,
  now: DateTime<true>,
): Promise<Result<{ findings: PreparedFinding[] }, "no_finding" | "clause_not_in_force" | "conduct_in_future" | "clause_twice">> {
  const findings: PreparedFinding[] = [];
  const refused: Refusal<"no_finding" | "clause_not_in_force" | "conduct_in_future" | "clause_twice">[] = input.findings.length > 0 ? [] : [refuse("no_finding")];
  for (const { clauseId, conductOn, note } of input.findings) {
    if (conductOn > civilDayOf(now, zone)) {
      refused.push(refuse("conduct_in_future", { clauseId, conductOn }));
      continue;
    }
    const conductAt = startOfCivilDay(conductOn, zone);
    const clause = await clauseInForce(tx, { platformId, clauseId, at: conductAt });
    if (clause && findings.some(({ clauseVersionId }) => clauseVersionId === clause.clauseVersionId)) refused.push(refuse("clause_twice", { clauseId }));
    else if (clause) findings.push({ ...clause, conductAt, note: note ?? "" });
    else refused.push(refuse("clause_not_in_force", { clauseId, conductOn }));
  }
  const [first, ...others] = refused;
  return first ? refuseAll(first, ...others) : { ok: true, findings };
}

/** The instant a form's local date and time names; one that the clock jumps over is the moment after the jump. */
export function startOf(input: DecideCaseInput, zone: string): DateTime<true> | null {
  if (input.outcome !== "violation" || !input.startsAt) return null;
  const start = DateTime.fromISO(input.startsAt, { zone }).toUTC();
  if (!start.isValid) throw new RangeError(`Not a time in ${zone}: ${input.startsAt}`);
  return start;
}

async function planFor(
  tx: Tx,
  found: CaseFacts,
  terms: Terms,
  findings: readonly PreparedFinding[],
  input: ViolationInput,
  at: DateTime<true>,
): Promise<Result<DecisionPlan, PlanRefusal | "no_ladder">> {
  const { ladders, strikes } = await ladderBasis(tx, { platformId: found.platformId, accountId: found.accountId, at: at.toJSDate() });
  const climbed = findings.flatMap(({ code, area, severity }) => {
    const ladder = ladders.get(severity);
    return ladder ? [{ clauseCode: code, area, ladder }] : [];
  });
  if (climbed.length !== findings.length) return refuse("no_ladder");
  const choice = {
    rung: input.rung ?? null,
    days: input.days ?? null,
    features: input.features,
    startsAt: startOf(input, terms.zone),
    justification: input.justification,
    lawEnforcementReferral: input.lawEnforcementReferral,
    noTipOff: input.noTipOff,
  };
  return planDecision({ findings: climbed, strikes }, choice, terms, at);
}
