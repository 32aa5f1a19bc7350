import type { DateTime } from "luxon";
import { withContained } from "../platforms/features";
import { projectGate, type GateAction, type GateFeature } from "./gate-projection";

/** How a measure that a rule proposed on a case was answered. "overtaken": its case was decided, or another measure came first. */
export const ruleMeasureStates = ["waiting", "accepted", "refused", "retracted", "lapsed", "overtaken"] as const;
export type RuleMeasureState = (typeof ruleMeasureStates)[number];

/** For how long a proposal of a rule waits for a person, in hours. */
export const ruleMeasureHours = 72;

/** A finding on a case, as far as a measure may follow from it. Instants are milliseconds since 1970. */
export interface Weighed {
  mode: string;
  retracted: boolean;
  exempt: boolean;
  /** What the version that found it proposes; null: nothing. */
  proposal: object | null;
  /** The rule's version in force proposes measures still. */
  stillProposes: boolean;
  caseOpen: boolean;
  windowStart: number;
  /** When people last said no to this rule on this case: refused a proposal, lifted its measure, overturned it. */
  refusedAt: number | null;
  /** A proposal of this rule waits on the case. */
  waiting: boolean;
  /** What would be denied is denied for as long already. */
  covered: boolean;
  /** The case has an interim measure, or one that waits for a second person. */
  interimStands: boolean;
  takes: "one" | "two" | "too_long";
  /** Two people switched on that it takes effect by itself. */
  byItself: boolean;
  /** It did so on this case before: only a person makes an interim measure last longer (rule of procedure 6). */
  didBefore: boolean;
}

export type Verdict = { does: "nothing"; why: NothingBecause } | { does: "propose" } | { does: "apply" };
export type NothingBecause = "shadow" | "retracted" | "exempt" | "no_measure" | "switched_off" | "case_closed" | "waiting" | "refused" | "covered";

/**
 * What follows from a finding for measures (CF-AUP 7.1): a proposal, once for each case and episode, unless people have said no to
 * it, somebody exempted the account, or as much is denied already. It takes effect by itself only where two people switched that on
 * for the clause, and where no person has put another interim measure in place.
 */
export function weigh(found: Weighed): Verdict {
  const nothing = (why: NothingBecause): Verdict => ({ does: "nothing", why });
  if (found.mode !== "signal_and_interim") return nothing("shadow");
  if (found.retracted) return nothing("retracted");
  if (!found.caseOpen) return nothing("case_closed");
  if (found.exempt) return nothing("exempt");
  if (!found.proposal) return nothing("no_measure");
  if (!found.stillProposes) return nothing("switched_off");
  if (found.waiting) return nothing("waiting");
  if (found.refusedAt !== null && found.windowStart < found.refusedAt) return nothing("refused");
  if (found.covered) return nothing("covered");
  return found.byItself && !found.interimStands && !found.didBefore && found.takes !== "too_long" ? { does: "apply" } : { does: "propose" };
}

/** Whether these features, with everything they contain, are denied already until `endsAt` or longer. */
export function isCovered(actions: readonly GateAction[], features: readonly GateFeature[], measure: { features: readonly string[]; endsAt: DateTime }, now: DateTime): boolean {
  const rows = projectGate(actions, features, now).filter(({ from }) => from <= now);
  return [...withContained(measure.features, features)].every((code) => {
    const row = rows.findLast(({ feature }) => feature === code);
    return row !== undefined && (row.until === null || row.until >= measure.endsAt);
  });
}
