import type { DateTime } from "luxon";
import { appealClosesAt } from "../appeals/appeal";
import type { HolderDraft } from "../notices/stage-notice.server";
import { titleIn } from "../policy/clause-title";
import type { Action } from "./action.repo.server";
import { featureNamesOf, type DecisionPlan } from "./decision-plan";
import type { Measure } from "./measure";
import type { PreparedDecision, PreparedFinding } from "./prepare-decision.server";

/** Names that exist only once a decision is committed; a preview shows stand-ins. */
export type DecisionNames = { decisionId: string; reference: string; standingUrl: string };

type StatementContent = Extract<HolderDraft["content"], { template: "statement_of_reasons" }>;
type ToldMeasure = StatementContent["props"]["measures"][number];

const toldMeasure = (
  measure: { kind: Action["kind"]; features: readonly string[] },
  names: Readonly<Record<string, string>>,
  startsAt: DateTime,
  endsAt: DateTime | null,
): ToldMeasure => ({
  kind: measure.kind,
  features: measure.features.map((code) => names[code] ?? code),
  startsAt: startsAt.toJSDate(),
  endsAt: endsAt?.toJSDate() ?? null,
});

const featuresOf = (measure: Measure): readonly string[] => (measure.kind === "feature_restriction" ? measure.features : []);

function measuresTold(plan: DecisionPlan, names: Readonly<Record<string, string>>, at: DateTime): ToldMeasure[] {
  const main = toldMeasure({ kind: plan.measure.kind, features: featuresOf(plan.measure) }, names, plan.startsAt, plan.endsAt);
  return plan.lawEnforcementReferral ? [main, toldMeasure({ kind: "law_enforcement_referral", features: [] }, names, at, null)] : [main];
}

const detectedBy = ({ reportCount, signalCount }: PreparedDecision["case"]): StatementContent["props"]["detectedBy"] =>
  signalCount === 0 ? "people" : reportCount === 0 ? "machine" : "both";

const citation = (language: string) => ({ code, title, titleEs, policyTitle, policyTitleEs, versionNumber }: PreparedFinding) => ({
  clauseCode: code,
  clauseTitle: titleIn({ title, titleEs }, language),
  policyTitle: titleIn({ title: policyTitle, titleEs: policyTitleEs }, language),
  versionLabel: String(versionNumber),
});

/** The statement of reasons (rule of procedure 7): what was decided, on which facts and clause, for how long, and how to appeal. */
export function statementContent(prepared: PreparedDecision, plan: DecisionPlan, names: DecisionNames): StatementContent {
  const { terms, input, at } = prepared;
  const closesAt = appealClosesAt({ informedAt: at }, { zone: terms.zone, windowDays: terms.appealWindowDays });
  return {
    template: "statement_of_reasons",
    props: {
      businessName: prepared.account.businessName,
      reference: names.reference,
      decidedAt: at.toJSDate(),
      decidedBy: "person",
      detectedBy: detectedBy(prepared.case),
      factsFound: input.outcome === "violation" ? input.facts : "",
      findings: prepared.findings.map(citation(prepared.account.language)),
      measures: measuresTold(plan, featureNamesOf(terms, prepared.account.language), at),
      strikes: [{ weight: plan.strike.weight, expiresAt: plan.strike.expiresAt.toJSDate() }],
      appeal: closesAt && { url: names.standingUrl, windowDays: terms.appealWindowDays, openAtLeastUntil: closesAt.toJSDate() },
    },
  };
}

/**
 * Whether interim measures end without a measure that takes their place there and then: the account holder is then told that they are
 * over, because no statement of a stricter measure says so.
 */
const interimJustEnds = (plan: DecisionPlan | null, at: DateTime): boolean => plan === null || plan.measure.kind === "warning" || plan.startsAt > at;

/** Everything the account holder will be told, to each of their addresses; nothing under a no-tip-off referral. */
export function accountHolderDrafts(prepared: PreparedDecision, names: DecisionNames): HolderDraft[] {
  const { plan, account, at } = prepared;
  if (plan?.noTipOff) return [];
  const to = (address: string, dedupeKey: string, content: HolderDraft["content"], actionId: string | null): HolderDraft => ({
    at,
    platformId: prepared.case.platformId,
    sender: prepared.terms.letterhead,
    to: address,
    language: account.language,
    about: { accountId: account.id, caseId: prepared.case.id, decisionId: names.decisionId, actionId },
    content,
    guard: prepared.guard,
    dedupeKey,
  });
  return account.emails.flatMap((address) => [
    ...(plan ? [to(address, `decision:${names.decisionId}:statement`, statementContent(prepared, plan, names), null)] : []),
    ...(interimJustEnds(plan, at)
      ? prepared.interim.active.map((action) =>
          to(
            address,
            `action:${action.id}:ended`,
            {
              template: "action_ended",
              props: { businessName: account.businessName, reference: action.reference, kind: action.kind, endedAt: at.toJSDate(), how: "lifted", reason: null, standingUrl: names.standingUrl },
            },
            action.id,
          ),
        )
      : []),
  ]);
}
