import type { ActionState } from "../enforcement/action-state";
import type { ActionKind } from "../enforcement/measure";
import { isLiveAppeal, type AppealState } from "./appeal";

/** States of an action in which its holder was, or still is, under it. What was undone needs no appeal any more. */
const appealableStates: readonly ActionState[] = ["active", "expired", "lifted"];

/** What bars a new appeal. An appeal that was withdrawn or could not be heard leaves the way open; a ruling closes it. */
export type NoAppeal = "not_found" | "action_undone" | "appeal_live" | "already_ruled";

export interface AppealableAction {
  kind: ActionKind;
  state: ActionState;
  noTipOff: boolean;
}

/**
 * Whether the account holder may know of an action at all. Proposals are not decisions yet, and what was referred to law
 * enforcement without tip-off stays unsaid (rule of procedure 7).
 */
export const isToldToHolder = ({ state, noTipOff, kind }: AppealableAction): boolean =>
  !noTipOff && kind !== "law_enforcement_referral" && !["proposed", "awaiting_approval", "rejected"].includes(state);

/** Why an account holder cannot file an appeal against this action now, or null when they can (one live appeal per action). */
export function barsAppeal(action: AppealableAction, earlier: readonly AppealState[]): NoAppeal | null {
  if (!isToldToHolder(action)) return "not_found";
  if (earlier.some(isLiveAppeal)) return "appeal_live";
  if (earlier.some((state) => state === "upheld" || state === "modified" || state === "overturned")) return "already_ruled";
  return appealableStates.includes(action.state) ? null : "action_undone";
}
