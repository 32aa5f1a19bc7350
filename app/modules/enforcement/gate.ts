import type { DateTime } from "luxon";

/** What stands in the gate for one account and feature. A feature with no entry is allowed. */
export interface GateRow {
  verdict: "allow" | "deny";
  reasonCode: string;
  /** Exclusive; null: no end. */
  until: DateTime | null;
  actionId: string | null;
}

export interface FeatureVerdict {
  feature: string;
  allowed: boolean;
  /** Why not; null when allowed. */
  reasonCode: string | null;
  /** The first instant at which it is allowed again; null when allowed, or when the restriction has no end. */
  until: DateTime | null;
  actionId: string | null;
}

/**
 * May this account use this feature at `now`? A restriction whose end has come no longer holds, whether or not the
 * sweep that clears it has run: nobody is held longer than was decided.
 */
export function verdictOf(feature: string, row: GateRow | null, now: DateTime): FeatureVerdict {
  if (!row || row.verdict === "allow" || (row.until !== null && row.until <= now)) {
    return { feature, allowed: true, reasonCode: null, until: null, actionId: null };
  }
  return { feature, allowed: false, reasonCode: row.reasonCode, until: row.until, actionId: row.actionId };
}
