import type { DateTime } from "luxon";
import { actionKinds, type ActionKind, type Measure } from "../enforcement/measure";

/** The action under appeal, as far as it can be compared. */
export interface Comparable {
  kind: ActionKind;
  features: readonly string[];
  endsAt: DateTime | null;
}

/**
 * A ruling may replace an action by a milder one, never by a harder one: nobody has to fear an appeal.
 *
 * A lower rung is milder. On the same rung it is milder when it ends no later, covers nothing new, and differs.
 *
 * @param endsAt when the new measure would end; null: never
 */
export function isMilder(original: Comparable, measure: Measure, endsAt: DateTime | null): boolean {
  if (original.kind === "law_enforcement_referral") return false;
  const rung = (kind: ActionKind) => actionKinds.indexOf(kind);
  if (rung(measure.kind) !== rung(original.kind)) return rung(measure.kind) < rung(original.kind);
  const longer = original.endsAt !== null && (endsAt === null || endsAt > original.endsAt);
  if (longer) return false;
  const shorter = endsAt !== null && (original.endsAt === null || endsAt < original.endsAt);
  if (measure.kind !== "feature_restriction") return shorter;
  const covers = (feature: string) => original.features.includes(feature);
  if (!measure.features.every(covers)) return false;
  return shorter || new Set(measure.features).size < new Set(original.features).size;
}
