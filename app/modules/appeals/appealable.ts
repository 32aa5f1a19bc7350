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

/** Whether an appeal against it can be filed at all, by whatever way: its holder knows of it, and it was not undone or replaced. */
export const isAppealable = (action: AppealableAction): boolean => isToldToHolder(action) && appealableStates.includes(action.state);

type Instant = { valueOf(): number };

/** How an action ended, and what took its place. */
export interface Ending<At extends Instant = Instant> {
  kind: ActionKind;
  state: ActionState;
  features: readonly string[];
  /** Exclusive; null: no end. */
  endsAt: At | null;
  endedAt: At | null;
  successor: { noTipOff: boolean; kind: ActionKind; features: readonly string[]; startsAt: At | null; endedAt: At | null } | null;
}

/** Whether what took its place denies at least the same, from the same moment: the account holder notices no change. */
function carriesOn({ kind, features, endedAt, successor }: Ending): boolean {
  if (!successor?.startsAt || !endedAt || +successor.startsAt > +endedAt) return false;
  if (successor.kind === "suspension" || successor.kind === "termination") return true;
  return kind === "feature_restriction" && successor.kind === kind && features.every((feature) => successor.features.includes(feature));
}

/**
 * What an account holder is told of where an action stands. "Replaced" would tell of the decision that replaced it: where
 * that one must not be tipped off, the measure they know of goes on to its own end, or, where they can see that it let go
 * of them, was lifted at that moment (rule of procedure 7).
 */
export function toldEnding<At extends Instant>(action: Ending<At>, now: Instant): { state: ActionState; endedAt: At | null } {
  const { state, endsAt, endedAt, successor } = action;
  if (state !== "superseded" || !successor?.noTipOff) return { state, endedAt };
  const letGo = carriesOn(action) ? successor.endedAt : endedAt;
  if (letGo && (!endsAt || +letGo < +endsAt)) return { state: "lifted", endedAt: letGo };
  return endsAt && +endsAt <= +now ? { state: "expired", endedAt: endsAt } : { state: "active", endedAt: null };
}

/** When an action had ended, as its holder is told of it; null while it applies, or may begin. */
export function endedBy<At extends Instant>({ state, endsAt, endedAt }: { state: ActionState; endsAt: At | null; endedAt: At | null }, now: Instant): At | null {
  if (state === "active") return endsAt && +endsAt <= +now ? endsAt : null;
  return endedAt ?? endsAt;
}

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
