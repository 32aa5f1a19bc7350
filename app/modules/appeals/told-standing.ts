import type { DateTime } from "luxon";
import { projectGate, standingOf, type GateAction } from "../enforcement/gate-projection";
import type { Feature } from "../platforms/features";

export type ToldStatus = ReturnType<typeof standingOf> | "closed";

export interface ToldFeature {
  code: string;
  allowed: boolean;
  /** Exclusive; null when it is allowed, or when the restriction has no end. */
  until: DateTime | null;
}

/**
 * What an account holder reads of their account: what the measures they were told of amount to, and nothing else. It is
 * worked out from those measures alone, for everybody, never from what the gate answers: of a measure that must not be
 * tipped off (rule of procedure 7) the page then holds no feature, date, count or state, nor does it take longer.
 */
export function toldStanding(
  { closed, told, features }: { closed: boolean; told: readonly GateAction[]; features: readonly Pick<Feature, "code" | "includes" | "retired">[] },
  now: DateTime,
): { status: ToldStatus; features: ToldFeature[] } {
  const rows = projectGate(told, features, now).filter(({ from }) => from <= now);
  const verdict = (code: string): ToldFeature => {
    const row = rows.findLast(({ feature }) => feature === code);
    const allowed = !row || (row.until !== null && row.until <= now);
    return { code, allowed, until: allowed ? null : row.until };
  };
  return {
    status: closed ? "closed" : standingOf(told, now),
    features: features.map((feature) => ({ ...verdict(feature.code), retired: feature.retired })).flatMap(({ retired, ...one }) => (one.allowed && retired ? [] : [one])),
  };
}
