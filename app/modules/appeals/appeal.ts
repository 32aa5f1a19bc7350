import type { DateTime } from "luxon";
import { addBusinessDays, explainBusinessDays, type BusinessCalendar, type DeadlineExplanation } from "~/infra/business-time";
import { addCivilDays, assertZone, civilDayOf, endOfCivilDay, type CivilDay } from "~/infra/civil-day";
import { refuse, type Result } from "~/infra/result";
import { stateMachine } from "~/infra/state-machine";

/** What a platform grants: how many local calendar days, in which zone. */
export type AppealTerms = { zone: string; windowDays: number };

/**
 * When an appeal against an action may still be filed (CF-AUP 7.3).
 *
 * The clock starts when the account holder was *informed*: a notice that never reached their mail server cannot cost
 * them the right to object. The day of informing does not count; the last local day counts in full.
 *
 * @returns the first instant, in UTC, at which an appeal is late, or null while no window is open
 * @throws RangeError for an unknown zone or a window that is no whole number of days
 */
export function appealClosesAt(action: { informedAt: DateTime | null }, terms: AppealTerms): DateTime<true> | null {
  const lastDay = lastDayToAppeal(action, terms);
  return lastDay === null ? null : endOfCivilDay(lastDay, terms.zone);
}

/** The last local day on which an appeal is in time: what a notice tells the account holder. */
export function lastDayToAppeal(action: { informedAt: DateTime | null }, terms: AppealTerms): CivilDay | null {
  assertZone(terms.zone);
  if (!Number.isInteger(terms.windowDays) || terms.windowDays < 0) throw new RangeError(`Not an appeal window: ${terms.windowDays}`);
  return action.informedAt === null ? null : addCivilDays(civilDayOf(action.informedAt, terms.zone), terms.windowDays);
}

/** A late appeal is still taken in, shown as late, and refused only by a person with a reason. No window, no lateness. */
export function isLateAppeal(filedAt: DateTime, closesAt: DateTime | null): boolean {
  return closesAt !== null && +filedAt >= +closesAt;
}

/** When the ruling is due: `slaDays` business days after the day of filing, exclusive (CF-AUP 7.3: ten). */
export function appealDueAt(filedAt: DateTime, slaDays: number, calendar: BusinessCalendar): DateTime<true> {
  return addBusinessDays(filedAt, slaDays, calendar);
}

export const explainAppealDue = (filedAt: DateTime, slaDays: number, calendar: BusinessCalendar): DeadlineExplanation =>
  explainBusinessDays(filedAt, slaDays, calendar);

export const appealStates = ["filed", "under_review", "upheld", "modified", "overturned", "inadmissible", "withdrawn"] as const;
export type AppealState = (typeof appealStates)[number];

export const appealMoves = ["start_review", "uphold", "modify", "overturn", "declare_inadmissible", "withdraw"] as const;
export type AppealMove = (typeof appealMoves)[number];

/** Nothing ends an appeal that was not looked at: even a withdrawal passes through `under_review`. */
export const appealMachine = stateMachine<AppealState, AppealMove>(appealMoves, {
  filed: { start_review: "under_review" },
  under_review: {
    uphold: "upheld",
    modify: "modified",
    overturn: "overturned",
    declare_inadmissible: "inadmissible",
    withdraw: "withdrawn",
  },
  upheld: {},
  modified: {},
  overturned: {},
  inadmissible: {},
  withdrawn: {},
});

/** At most one appeal per action is in one of these. */
export const liveAppealStates = ["filed", "under_review"] as const satisfies readonly AppealState[];

export const isLiveAppeal = (state: AppealState): boolean => !appealMachine.isFinal(state);

export const rulings = ["upheld", "modified", "overturned", "inadmissible"] as const;
export type Ruling = (typeof rulings)[number];

const moveOf: Record<Ruling, AppealMove> = {
  upheld: "uphold",
  modified: "modify",
  overturned: "overturn",
  inadmissible: "declare_inadmissible",
};

/** Who took part in what is appealed against: the proposer, every approver, and whoever lifted, extended or modified it. */
export type DecisionMakers = { decidedById: string | null; approvedByIds: readonly string[] };

/** Nobody rules on what they decided or approved (rule of procedure 3). */
export function isIndependent(reviewerId: string, makers: DecisionMakers): boolean {
  return reviewerId !== makers.decidedById && !makers.approvedByIds.includes(reviewerId);
}

export type RulingInput = { ruling: Ruling; grounds: string; reviewerId: string };

/** The state an appeal takes by a ruling, or why this person cannot rule so. Grounds are owed for every ruling. */
export function rule(
  appeal: { state: AppealState } & DecisionMakers,
  input: RulingInput,
): Result<{ state: AppealState }, "not_independent" | "grounds_missing" | "illegal_move"> {
  if (!isIndependent(input.reviewerId, appeal)) return refuse("not_independent");
  if (input.grounds.trim() === "") return refuse("grounds_missing");
  return appealMachine.after(appeal.state, moveOf[input.ruling]);
}
