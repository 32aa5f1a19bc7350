import type { DateTime } from "luxon";
import { addCivilDays, civilDayOf, startOfCivilDay, type CivilDay } from "~/infra/civil-day";
import { refuse, type Result } from "~/infra/result";
import { isOffered, withContained, type Feature } from "../platforms/features";
import { measureAt, rungAt, rungNumbers, type Ladder, type RungNumber } from "./ladder";
import { measureInWords, strictnessOf, type Measure } from "./measure";

/** A ladder as somebody means to save it. */
export type LadderDraft = Pick<Ladder, "firstRung" | "rungs" | "strikeWeight" | "strikeExpiryDays">;

export const shortestOrderReason = 20;
/** A later day is more likely a slip of the pen than a plan. */
export const furthestDays = 365;

export type DraftRefusal = "ladder_unknown_feature" | "ladder_out_of_order" | "ladder_unchanged";

/** Whether one measure is stricter than another: of a graver kind, or of the same kind for longer or on more, and in no way less. */
export function isStricter(measure: Measure, than: Measure, features: readonly Pick<Feature, "code" | "includes">[]): boolean {
  if (measure.kind !== than.kind) return strictnessOf(measure.kind) > strictnessOf(than.kind);
  if (measure.kind === "suspension" && than.kind === "suspension") return measure.days > than.days;
  if (measure.kind !== "feature_restriction" || than.kind !== "feature_restriction") return false;
  const [wide, narrow] = [withContained(measure.features, features), withContained(than.features, features)];
  const covers = [...narrow].every((code) => wide.has(code));
  return covers && measure.days >= than.days && (measure.days > than.days || wide.size > narrow.size);
}

/** The rungs that do not climb: each is milder than the one below it, the same, or not to be compared with it. */
export const flatRungs = (rungs: readonly Measure[], features: readonly Pick<Feature, "code" | "includes">[]): RungNumber[] =>
  rungNumbers.filter((rung) => {
    const [measure, below] = [rungs[rung - 1], rungs[rung - 2]];
    return measure !== undefined && below !== undefined && !isStricter(measure, below, features);
  });

/**
 * Whether a ladder may be saved: its features are those the platform offers, every rung is stricter than the one below
 * unless somebody writes why not, and it says something new.
 */
export function checkDraft(draft: LadderDraft, current: LadderDraft | null, orderReason: string, features: readonly Feature[]): Result<object, DraftRefusal> {
  const named = draft.rungs.flatMap((rung) => (rung.kind === "feature_restriction" ? rung.features : []));
  const unknown = [...new Set(named)].filter((code) => !isOffered(features, code));
  if (unknown.length > 0) return refuse("ladder_unknown_feature", { features: unknown });
  const flat = flatRungs(draft.rungs, features);
  if (flat.length > 0 && orderReason.trim().length < shortestOrderReason) return refuse("ladder_out_of_order", { rungs: flat });
  if (current && changesBetween(current, draft).length === 0) return refuse("ladder_unchanged");
  return { ok: true };
}

export type EffectiveRefusal = "effective_in_past" | "effective_too_far";

/** When a version that is to hold from a civil day takes effect: on today's date at once, else as that day begins. */
export function takesEffectAt(day: CivilDay, now: DateTime<true>, zone: string): Result<{ at: DateTime<true> }, EffectiveRefusal> {
  const today = civilDayOf(now, zone);
  if (day < today) return refuse("effective_in_past", { today });
  if (day > addCivilDays(today, furthestDays)) return refuse("effective_too_far", { latest: addCivilDays(today, furthestDays) });
  return { ok: true, at: day === today ? now : startOfCivilDay(day, zone) };
}

/** A draft and its day as one text: the same for the same draft. */
export const draftKey = ({ firstRung, rungs, strikeWeight, strikeExpiryDays, effectiveOn }: LadderDraft & { effectiveOn: CivilDay }): string =>
  JSON.stringify([firstRung, rungs.map(sorted), strikeWeight, strikeExpiryDays, effectiveOn]);

export type LadderChange = { what: string; before: string; after: string };

/** What a draft changes, in words, from the first rung up; nothing: the two say the same. */
export function changesBetween(before: LadderDraft, after: LadderDraft, names: Readonly<Record<string, string>> = {}): LadderChange[] {
  const said = (ladder: LadderDraft): [what: string, value: string][] => [
    ...rungNumbers.map((rung): [string, string] => [`Rung ${rung}`, measureInWords(sorted(ladder.rungs[rung - 1]!), names)]),
    ["Starts at", `rung ${ladder.firstRung}`],
    ["Strike weighs", String(ladder.strikeWeight)],
    ["Strike expires after", `${ladder.strikeExpiryDays} days`],
  ];
  const then = said(before);
  return said(after).flatMap(([what, value], index) => {
    const old = then[index]![1];
    return old === value ? [] : [{ what, before: old, after: value }];
  });
}

const sorted = (measure: Measure): Measure => (measure.kind === "feature_restriction" ? { ...measure, features: [...measure.features].sort() } : measure);

export type Standing = { weight: number; accounts: number };
export type StandingEffect = Standing & { before: { rung: RungNumber; measure: string }; after: { rung: RungNumber; measure: string }; changed: boolean };

/** Where accounts would stand at their next breach of this severity, by the weight of their active strikes, before and after. */
export function effectOn(standings: readonly Standing[], before: Ladder, after: Ladder, names: Readonly<Record<string, string>>): StandingEffect[] {
  const at = (ladder: Ladder, weight: number) => {
    const rung = rungAt(ladder, weight);
    return { rung, measure: measureInWords(sorted(measureAt(ladder, rung)), names) };
  };
  return standings.map((standing) => {
    const [then, next] = [at(before, standing.weight), at(after, standing.weight)];
    return { ...standing, before: then, after: next, changed: then.measure !== next.measure };
  });
}
