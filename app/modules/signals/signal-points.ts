import type { Severity } from "../policy/severity";
import type { RuleCode } from "./rules/rule-catalogue";

/** How long a signal counts towards a case: what is older says little about what an account does now. */
export const pointDays = 30;

/** What a platform may set as the points from which on signals open a case. */
export const thresholdBounds = { min: 1, max: 1_000 };

/** A breach of a graver clause weighs more. */
export const severityWeight: Record<Severity, number> = { low: 0.5, medium: 1, high: 1.5, critical: 2 };

/** How surely a finding of this rule is the account's own doing, and how much it means to people: marketing after STOP more than a missing name. */
export const ruleWeight: Record<RuleCode, number> = {
  frequency: 0.8,
  spacing: 0.6,
  quiet_hours: 0.8,
  after_opt_out: 1.5,
  missing_consent: 1,
  unapproved_template: 1,
  missing_opt_out_instructions: 0.7,
  missing_business_name: 0.5,
  api_rate_limit: 0.6,
  shared_credential: 1,
  message_limit: 0.6,
  opt_out_spike: 1.2,
  duplicate_account: 1,
};

/** The most a single signal can have: the gravest clause, the weightiest rule, the highest score. */
export const mostPoints = 100 * Math.max(...Object.values(ruleWeight)) * Math.max(...Object.values(severityWeight));

/** What rests on contacts in unsure zones alone counts half. */
const ambiguousWeight = 0.5;

/** What a signal adds to its account's score in its policy area, in hundredths. */
export function pointsOf(signal: { rule: RuleCode; score: number; ambiguous: boolean }, severity: Severity): number {
  const points = signal.score * ruleWeight[signal.rule] * severityWeight[severity] * (signal.ambiguous ? ambiguousWeight : 1);
  return Math.round(points * 100) / 100;
}

/** Whether signals that no case has yet are enough for one. Each counts for `pointDays` from the end of what it looked at. */
export function opensCase(signals: readonly { points: number; windowEnd: number }[], threshold: number, now: number): boolean {
  const since = now - pointDays * 86_400_000;
  const hundredths = signals.reduce((sum, { points, windowEnd }) => (windowEnd > since ? sum + Math.round(points * 100) : sum), 0);
  return hundredths >= threshold * 100;
}
