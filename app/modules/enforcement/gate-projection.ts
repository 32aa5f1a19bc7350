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
export type GateRow = {
  feature: string;
  reasonCode: GateReasonCode;
  /** From when this row speaks, until a later one of the feature does. */
  from: DateTime;
  /** The first instant at which the feature is allowed again; null: no end. */
  until: DateTime | null;
  actionId: string;
};

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
 * What the gate says from now on, feature by feature in the order of time. A row speaks from its start until a later row
 * of the feature does: of those that have begun the latest is the answer, so that a scheduled action turns the gate at
 * its own moment, whether or not a sweep ran. The strictest action in effect speaks, and because that is the one that
 * lasts longest, nobody takes over from it but an action that starts later. `until` looks through such changes to the
 * first moment at which nothing denies the feature: the verdict needs no recomputing as time passes, only when an action
 * changes.
 */
export function projectGate(actions: readonly GateAction[], features: readonly GateFeature[], now: DateTime): GateRow[] {
  const ahead = actions.filter((action): action is Dated => action.state === "active" && action.startsAt !== null && end(action) > Math.max(+now, +action.startsAt)).sort(byStrictness);
  const restricted = new Map(ahead.map((action) => [action.id, withContained(action.kind === "feature_restriction" ? action.features : [], features)]));
  const known = new Set([...features.map(({ code }) => code), ...[...restricted.values()].flatMap((codes) => [...codes])]);
  const denies = ({ id, kind }: GateAction, feature: string): boolean => strictness[kind] > strictness.feature_restriction || restricted.get(id)?.has(feature) === true;
  return [...known].sort().flatMap((feature) => rowsOf(feature, ahead.filter((action) => denies(action, feature)), now));
}

type Dated = GateAction & { startsAt: DateTime };

function rowsOf(feature: string, denying: readonly Dated[], now: DateTime): GateRow[] {
  const moments = [...new Set(denying.map(({ startsAt }) => Math.max(+startsAt, +now)))].sort((a, b) => a - b);
  const rows: GateRow[] = [];
  for (const moment of moments) {
    const speaker = denying.find((action) => +action.startsAt <= moment && moment < end(action));
    if (speaker && rows.at(-1)?.actionId !== speaker.id) {
      rows.push({ feature, reasonCode: reasonCode(speaker), from: speaker.startsAt, until: allowedAgain(speaker, denying), actionId: speaker.id });
    }
  }
  return rows;
}

/** The end of a chain of actions of which each starts before, or as, the one before it ends. */
function allowedAgain(speaker: Dated, denying: readonly Dated[]): DateTime | null {
  let last = speaker;
  for (;;) {
    const next = denying.find((action) => +action.startsAt <= end(last) && end(action) > end(last));
    if (!next) return last.endsAt;
    last = next;
  }
}

/** What an account's status reads, from the same actions: a word for people, never what the gate is asked for. */
export function standingOf(actions: readonly GateAction[], now: DateTime): "active" | "restricted" | "suspended" | "terminated" {
  const strictest = Math.max(0, ...actions.filter((action) => isInEffect(action, now)).map(({ kind }) => strictness[kind]));
  return (["active", "restricted", "suspended", "terminated"] as const)[strictest] ?? "active";
}
