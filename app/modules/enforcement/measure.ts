import { DateTime } from "luxon";
import { z } from "zod";
import type { FourEyes } from "../platforms/four-eyes";

/** Every kind of action (CF-AUP 7.2), mildest first. A referral stands beside the ladder, never on it. */
export const actionKinds = ["warning", "feature_restriction", "suspension", "termination", "law_enforcement_referral"] as const;
export type ActionKind = (typeof actionKinds)[number];

/** How staff read a kind of action. */
export const actionKindNames: Record<ActionKind, string> = {
  warning: "Warning",
  feature_restriction: "Restriction",
  suspension: "Suspension",
  termination: "Termination",
  law_enforcement_referral: "Referral to law enforcement",
};

const days = z.number().int().min(1).max(3650);

/** What a rung of a ladder, or a person who leaves it, does to an account. Days are local calendar days. */
export const measureSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("warning") }),
  z.object({ kind: z.literal("feature_restriction"), features: z.array(z.string().min(1)).min(1), days }),
  z.object({ kind: z.literal("suspension"), days }),
  z.object({ kind: z.literal("termination") }),
]);
export type Measure = z.infer<typeof measureSchema>;
export type MeasureKind = Measure["kind"];

/** When a measure that starts now ends by itself: at the same local time so many days later. Null: it does not. */
export function measureEndsAt(measure: Measure, startsAt: DateTime<true>, zone: string): DateTime<true> | null {
  if (!("days" in measure)) return null;
  const ends = startsAt.setZone(zone).plus({ days: measure.days }).toUTC();
  if (!ends.isValid) throw new RangeError(`Not a time zone: ${zone}`);
  return ends;
}

const list = (items: readonly string[]): string => new Intl.ListFormat("en-US", { type: "conjunction" }).format(items);

/** "7-day restriction of marketing messages": for staff, with the features' own names where they are known. */
export function measureInWords(measure: Measure, featureNames: Readonly<Record<string, string>> = {}): string {
  switch (measure.kind) {
    case "warning":
      return "warning";
    case "feature_restriction":
      return `${measure.days}-day restriction of ${list(measure.features.map((code) => featureNames[code] ?? code.replaceAll("_", " ")))}`;
    case "suspension":
      return `${measure.days}-day suspension`;
    case "termination":
      return "permanent termination";
  }
}

/** An action as it was taken, in the same words: "7-day suspension". Parts of a day count in full, in the platform's zone. */
export function extentInWords(
  action: { kind: ActionKind; features: readonly string[]; startsAt: Date | null; endsAt: Date | null },
  featureNames: Readonly<Record<string, string>>,
  zone: string,
): string {
  const local = (at: Date) => DateTime.fromJSDate(at, { zone });
  const days = action.startsAt && action.endsAt ? Math.ceil(local(action.endsAt).diff(local(action.startsAt), "days").days) : 0;
  switch (action.kind) {
    case "law_enforcement_referral":
      return "referral to law enforcement";
    case "feature_restriction":
      return measureInWords({ kind: action.kind, features: [...action.features], days }, featureNames);
    case "suspension":
      return measureInWords({ kind: action.kind, days });
    default:
      return measureInWords({ kind: action.kind });
  }
}

/**
 * Rule of procedure 2: termination, a referral, and a suspension longer than the platform's limit take a second person,
 * and so does what the platform asks for beyond that.
 */
export function needsSecondPerson(
  planned: { measure: Measure; lawEnforcementReferral: boolean },
  terms: FourEyes,
): boolean {
  const { measure, lawEnforcementReferral } = planned;
  if (lawEnforcementReferral || measure.kind === "termination") return true;
  if (measure.kind === "suspension") return measure.days > terms.fourEyesSuspensionDays;
  return terms.fourEyesKinds.includes(measure.kind);
}

const strictness: Record<MeasureKind, number> = { warning: 0, feature_restriction: 1, suspension: 2, termination: 3 };

/** The place of a kind among the others, mildest first. */
export const strictnessOf = (kind: MeasureKind): number => strictness[kind];

/** What an action does, as far as it can be compared with a measure. */
export type Extent = { kind: ActionKind; features: readonly string[]; startsAt: DateTime | null; endsAt: DateTime | null };

/**
 * Whether a measure, counted from the same start, is milder than an action: of a milder kind that ends no later, or of
 * the same kind for a shorter time or on fewer features, and in no way more.
 */
export function isMilder(measure: Measure, action: Extent, zone: string): boolean {
  if (action.kind === "law_enforcement_referral") return false;
  if (strictness[measure.kind] > strictness[action.kind]) return false;
  if (measure.kind === "warning") return action.kind !== "warning";
  if (measure.kind === "termination" || action.startsAt === null) return false;
  const ends = +(measureEndsAt(measure, action.startsAt.toUTC() as DateTime<true>, zone) ?? Number.POSITIVE_INFINITY);
  const ended = action.endsAt === null ? Number.POSITIVE_INFINITY : +action.endsAt;
  if (measure.kind !== action.kind) return ends <= ended;
  const features = measure.kind === "feature_restriction" ? measure.features : [];
  const within = features.every((code) => action.features.includes(code));
  return ends <= ended && within && (ends < ended || (measure.kind === "feature_restriction" && features.length < action.features.length));
}
