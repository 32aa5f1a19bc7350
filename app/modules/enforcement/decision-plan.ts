import type { DateTime } from "luxon";
import { refuse, refuseAll, type Refusal, type Result } from "~/infra/result";
import { featureNamesIn, isOffered, type Feature } from "../platforms/features";
import type { FourEyes } from "../platforms/four-eyes";
import {
  activeStrikes,
  checkChoice,
  recommendRung,
  strikeFor,
  type Deviation,
  type Ladder,
  type LadderFinding,
  type Recommendation,
  type RungNumber,
  type Strike,
} from "./ladder";
import { measureEndsAt, needsSecondPerson, type Measure } from "./measure";

/** What a person chose: a rung, and where it differs from the ladder's own measure, for how long and on what. */
export type Choice = {
  /** Null: the recommended one. */
  rung: RungNumber | null;
  days: number | null;
  features: readonly string[];
  /** When it is to take effect; null or left out: at once. */
  startsAt?: DateTime<true> | null;
  justification: string;
  lawEnforcementReferral: boolean;
  noTipOff: boolean;
};

export type PlanTerms = FourEyes & { zone: string; features: readonly Feature[] };

/** Everything a decision of a violation will do, computed before anything is written. */
export type DecisionPlan = {
  recommendation: Recommendation;
  rung: RungNumber;
  measure: Measure;
  deviation: Deviation;
  justification: string;
  /** Of the measure; the strike counts and a referral goes out from the decision itself. */
  startsAt: DateTime<true>;
  endsAt: DateTime<true> | null;
  lawEnforcementReferral: boolean;
  noTipOff: boolean;
  needsApproval: boolean;
  strike: { clauseCode: string; weight: number; expiresAt: DateTime<true> };
  /** Strikes the recommendation rests on, for the account at a glance and for a later reversal. */
  counted: Strike[];
};

/** So many days ahead at most: what is decided on today's facts cannot wait for longer. */
export const latestStartDays = 90;

export type PlanRefusal = "justification_missing" | "start_too_late" | "warning_scheduled" | "unknown_feature" | "tip_off_without_referral";

/** The platform's names for its features, in the language of who reads them. */
export const featureNamesOf = ({ features }: Pick<PlanTerms, "features">, language = "en"): Record<string, string> => featureNamesIn(features, language);

/** A ladder's measure with the extent a person gave it; days and features a measure does not have are left aside. */
function adjusted(measure: Measure, { days, features }: Pick<Choice, "days" | "features">): Measure {
  if (measure.kind === "suspension") return { ...measure, days: days ?? measure.days };
  if (measure.kind !== "feature_restriction") return measure;
  return { ...measure, days: days ?? measure.days, features: features.length > 0 ? [...features].sort() : measure.features };
}

/** What a choice on a ladder comes to. */
export function chosenMeasure(rungs: Ladder["rungs"], rung: RungNumber, extent: Pick<Choice, "days" | "features">): Measure {
  const measure = rungs[rung - 1];
  if (!measure) throw new RangeError(`The ladder has no rung ${rung}`);
  return adjusted(measure, extent);
}

function startRefusals({ kind }: Measure, startsAt: DateTime<true> | null, now: DateTime<true>): Refusal<"warning_scheduled" | "start_too_late">[] {
  if (!startsAt) return [];
  if (kind === "warning") return [refuse("warning_scheduled")];
  return startsAt > now.plus({ days: latestStartDays }) ? [refuse("start_too_late", { days: latestStartDays })] : [];
}

/** The plan for what was found and chosen (rules of procedure 1, 2 and 7), or everything for which it cannot be. */
export function planDecision(
  found: { findings: readonly LadderFinding[]; strikes: readonly Strike[] },
  choice: Choice,
  terms: PlanTerms,
  now: DateTime<true>,
): Result<DecisionPlan, PlanRefusal> {
  const recommendation = recommendRung(found.findings, found.strikes, now, featureNamesOf(terms));
  const leading = found.findings.find(({ clauseCode }) => clauseCode === recommendation.clauseCode);
  if (!leading) throw new Error("the recommendation rests on none of the findings");
  const rung = choice.rung ?? recommendation.rung;
  const measure = chosenMeasure(leading.ladder.rungs, rung, choice);
  const unknown = measure.kind === "feature_restriction" ? measure.features.filter((code) => !isOffered(terms.features, code)) : [];
  const checked = checkChoice(recommendation, { rung, measure, justification: choice.justification });
  const [first, ...others] = [
    ...(unknown.length > 0 ? [refuse("unknown_feature", { features: unknown })] : []),
    ...(choice.noTipOff && !choice.lawEnforcementReferral ? [refuse("tip_off_without_referral")] : []),
    ...(checked.ok ? [] : [checked]),
    ...startRefusals(measure, choice.startsAt ?? null, now),
  ];
  if (first) return refuseAll<PlanRefusal>(first, ...others);
  if (!checked.ok) return checked;
  const startsAt = choice.startsAt && choice.startsAt > now ? choice.startsAt : now;
  const { weight, expiresAt } = strikeFor(leading.ladder, now);
  return {
    ok: true,
    recommendation,
    rung,
    measure,
    deviation: checked.deviation,
    justification: checked.deviation === "none" ? "" : choice.justification.trim(),
    startsAt,
    endsAt: measureEndsAt(measure, startsAt, terms.zone),
    lawEnforcementReferral: choice.lawEnforcementReferral,
    noTipOff: choice.noTipOff,
    needsApproval: needsSecondPerson({ measure, lawEnforcementReferral: choice.lawEnforcementReferral }, terms),
    strike: { clauseCode: recommendation.clauseCode, weight, expiresAt },
    counted: activeStrikes(found.strikes, now),
  };
}
