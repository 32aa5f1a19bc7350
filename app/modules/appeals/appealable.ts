import type { ActionState } from "../enforcement/action-state";
import type { ActionKind } from "../enforcement/measure";
import { isLiveAppeal, type AppealState } from "./appeal";

/** States of an action in which its holder was, or still is, under it. What was undone needs no appeal any more. */
const appealableStates: readonly ActionState[] = ["active", "expired", "lifted"];

/**
 * What bars a new appeal. An appeal that was withdrawn or could not be heard leaves the way open; a ruling closes it, except
 * one on an appeal of the public form for who holds the account's private link (see `barsAppeal`).
 */
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

export type AppealChannel = "link" | "form" | "email";

/** An appeal as the next one against the same action sees it. */
export interface EarlierAppeal {
  state: AppealState;
  channel: AppealChannel;
  /** Somebody with the private link said that it is theirs, or filed it there. */
  confirmed: boolean;
}

const isRuled = ({ state }: EarlierAppeal): boolean => state === "upheld" || state === "modified" || state === "overturned";

/**
 * Why an appeal cannot be filed against this action now, or null when it can (one live appeal per action).
 *
 * The public form asks for no more than an address, which a stranger can know. So a ruling on an appeal that came by the form
 * never uses up the holder's own (CF-AUP 7.3), unless they confirmed that they sent it: through the private link, which only the
 * account's addresses get, they may file one more while the action stands.
 */
export function barsAppeal(action: AppealableAction, earlier: readonly EarlierAppeal[], by: AppealChannel): NoAppeal | null {
  if (!isToldToHolder(action)) return "not_found";
  if (earlier.some(({ state }) => isLiveAppeal(state))) return "appeal_live";
  const ruled = earlier.filter(isRuled);
  const stands = appealableStates.includes(action.state);
  const leavesOwn = by === "link" && stands && ruled.every(({ channel, confirmed }) => channel === "form" && !confirmed);
  if (ruled.length > 0 && !leavesOwn) return "already_ruled";
  return stands ? null : "action_undone";
}
