import type { DateTime } from "luxon";
import { withContained, type Feature } from "../platforms/features";
import type { ActionState } from "./action-state";
import type { ActionKind } from "./measure";

/** An action as far as the gate cares. */
export type GateAction = {
  id: string;
  kind: ActionKind;
  interim: boolean;
  features: readonly string[];
  state: ActionState;
  startsAt: DateTime | null;
  /** Exclusive; null: no end. */
  endsAt: DateTime | null;
};

export const gateReasonCodes = ["account_terminated", "account_suspended", "feature_restricted", "under_investigation"] as const;
export type GateReasonCode = (typeof gateReasonCodes)[number];

/** A denial; a feature without a row is allowed. */
export type GateRow = { feature: string; reasonCode: GateReasonCode; until: DateTime | null; actionId: string };

const strictness: Record<ActionKind, number> = {
  warning: 0,
  law_enforcement_referral: 0,
  feature_restriction: 1,
  suspension: 2,
  termination: 3,
};

export const isInEffect = (action: GateAction, now: DateTime): boolean =>
  action.state === "active" &&
  action.startsAt !== null &&
  +action.startsAt <= +now &&
  (action.endsAt === null || +now < +action.endsAt);

/** What a platform has, and what of it contains what. */
export type GateFeature = Pick<Feature, "code" | "includes">;

function reasonCode({ kind, interim }: GateAction): GateReasonCode {
  if (interim) return "under_investigation";
  if (kind === "termination") return "account_terminated";
  return kind === "suspension" ? "account_suspended" : "feature_restricted";
}

const end = ({ endsAt }: GateAction): number => (endsAt === null ? Number.POSITIVE_INFINITY : +endsAt);

/**
 * Strictest first: for one feature that is the denial that lasts longest. Of those that end together the graver kind
 * speaks, then a decided one before an interim one.
 */
const byStrictness = (a: GateAction, b: GateAction): number =>
  (end(a) === end(b) ? 0 : end(b) - end(a)) ||
  strictness[b.kind] - strictness[a.kind] ||
  Number(a.interim) - Number(b.interim) ||
  (a.id < b.id ? -1 : 1);

/**
 * What the gate says from now on: one denial per feature, by the strictest action in effect. Each action lapses on its
 * own, and because the longest denial is the one kept, a row read before its `until` is right and one read after it
 * allows, whether or not a sweep ran: the verdict needs no recomputing as time passes, only when an action changes.
 */
export function projectGate(actions: readonly GateAction[], features: readonly GateFeature[], now: DateTime): GateRow[] {
  const inEffect = actions.filter((action) => isInEffect(action, now)).sort(byStrictness);
  const restricted = new Map(inEffect.map((action) => [action.id, withContained(action.kind === "feature_restriction" ? action.features : [], features)]));
  const known = new Set([...features.map(({ code }) => code), ...[...restricted.values()].flatMap((codes) => [...codes])]);
  return [...known].sort().flatMap((feature) => {
    const strictest = inEffect.find(({ id, kind }) => strictness[kind] > strictness.feature_restriction || restricted.get(id)?.has(feature));
    return strictest ? [{ feature, reasonCode: reasonCode(strictest), until: strictest.endsAt, actionId: strictest.id }] : [];
  });
}

/** What an account's status reads, from the same actions: a word for people, never what the gate is asked for. */
export function standingOf(actions: readonly GateAction[], now: DateTime): "active" | "restricted" | "suspended" | "terminated" {
  const strictest = Math.max(0, ...actions.filter((action) => isInEffect(action, now)).map(({ kind }) => strictness[kind]));
  return (["active", "restricted", "suspended", "terminated"] as const)[strictest] ?? "active";
}
