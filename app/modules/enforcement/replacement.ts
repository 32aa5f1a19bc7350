import { DateTime } from "luxon";
import { absoluteTime } from "~/components/time-format";
import { refuse, type Result } from "~/infra/result";
import type { FourEyes } from "../platforms/four-eyes";
import { isMilder, measureEndsAt, needsSecondPerson, type ActionKind, type Extent, type Measure } from "./measure";

/** What takes the place of an action in effect: the same for longer, or another measure. */
export type Change = { what: "extend"; days: number } | { what: "replace"; measure: Measure };

export type Replacement = {
  measure: Measure;
  startsAt: DateTime<true>;
  endsAt: DateTime<true> | null;
  /** By it the account holder gets something back: that is for those who may lift. */
  milder: boolean;
  needsApproval: boolean;
};

export type ReplacementRefusal = "no_end_to_extend" | "nothing_changed" | "over_already" | "change_too_long";

const longestDays = 3_650;

/** Calendar days a span takes, counted on the wall's clock; a part of a day counts in full. */
const daysOf = (startsAt: DateTime, endsAt: DateTime, zone: string): number => Math.ceil(endsAt.setZone(zone).diff(startsAt.setZone(zone), "days").days);

/**
 * What a change of an action comes to. Of the same kind it counts from the start of the action it replaces, so that the
 * four-eyes limit (rule of procedure 2) sees the whole time and cannot be met in slices; of another kind it starts now,
 * or with an action that has not begun. A suspension after another one with something milder in between takes a second
 * person, however short.
 */
export function planReplacement(before: Extent & { startsAt: DateTime; suspendedBefore: boolean }, change: Change, terms: FourEyes & { zone: string }, now: DateTime<true>): Result<Replacement, ReplacementRefusal> {
  const begun = before.startsAt.toUTC() as DateTime<true>;
  const again = before.suspendedBefore || before.kind === "suspension";
  const takesSecondPerson = (measure: Measure): boolean =>
    needsSecondPerson({ measure, lawEnforcementReferral: false }, terms) || (measure.kind === "suspension" && (measure.kind === before.kind ? before.suspendedBefore : again));
  if (change.what === "extend") {
    if (before.endsAt === null || (before.kind !== "feature_restriction" && before.kind !== "suspension")) return refuse("no_end_to_extend");
    const endsAt = before.endsAt.setZone(terms.zone).plus({ days: change.days }).toUTC() as DateTime<true>;
    const days = daysOf(begun, endsAt, terms.zone);
    if (days > longestDays) return refuse("change_too_long");
    const measure: Measure = before.kind === "suspension" ? { kind: "suspension", days } : { kind: "feature_restriction", features: [...before.features], days };
    return { ok: true, measure, startsAt: begun, endsAt, milder: false, needsApproval: takesSecondPerson(measure) };
  }
  const { measure } = change;
  const startsAt = measure.kind === before.kind || begun > now ? begun : now;
  const endsAt = measureEndsAt(measure, startsAt, terms.zone);
  if (endsAt && endsAt <= now) return refuse("over_already");
  const features = measure.kind === "feature_restriction" ? [...measure.features].sort().join() : "";
  if (measure.kind === before.kind && features === [...before.features].sort().join() && (endsAt?.toMillis() ?? null) === (before.endsAt?.toMillis() ?? null)) return refuse("nothing_changed");
  return { ok: true, measure, startsAt, endsAt, milder: isMilder(measure, before, terms.zone), needsApproval: takesSecondPerson(measure) };
}

export type ProposedSpan = { kind: ActionKind; startsAt: Date | null; endsAt: Date | null };

export type ProposedLength = { until: string } | { days: number } | null;

/** How long a proposed replacement would last, before anybody approved it: one of another kind begins with that. */
export function proposedLength({ kind, startsAt, endsAt }: ProposedSpan, before: { kind: ActionKind }, requestedAt: Date, zone: string): ProposedLength {
  if (!endsAt || !startsAt) return null;
  if (kind === before.kind || startsAt > requestedAt) return { until: endsAt.toISOString() };
  return { days: daysOf(DateTime.fromJSDate(startsAt), DateTime.fromJSDate(endsAt), zone) };
}

export function lastsInWords(length: ProposedLength, zone: string): string {
  if (!length) return ", with no end";
  return "until" in length ? `, until ${absoluteTime(length.until, zone)}` : `, for ${length.days === 1 ? "a day" : `${length.days} days`} from its approval`;
}

/** The same replacement when it is approved later: one of another kind starts with the approval and lasts as long. */
export function approvedSpan(proposed: { startsAt: DateTime; endsAt: DateTime | null }, now: DateTime<true>, zone: string, sameKind: boolean): { startsAt: DateTime; endsAt: DateTime | null } {
  if (sameKind || proposed.startsAt > now) return proposed;
  const endsAt = proposed.endsAt && now.setZone(zone).plus({ days: daysOf(proposed.startsAt, proposed.endsAt, zone) }).toUTC();
  return { startsAt: now, endsAt };
}
