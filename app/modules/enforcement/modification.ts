import type { DateTime } from "luxon";
import { refuse, type Result } from "~/infra/result";
import type { ActionState } from "./action-state";
import { isMilder, measureEndsAt, type Extent, type Measure } from "./measure";

/** How an action ended, where it has. */
export interface EndOfAction {
  endedAt: DateTime<true>;
  endedById: string | null;
  endReason: string | null;
  supersededById: string | null;
}

export type ModifiedAction = Extent & { state: ActionState; interim: boolean; startsAt: DateTime | null };

export interface Modification {
  startsAt: DateTime<true>;
  endsAt: DateTime<true> | null;
  state: "active" | "expired" | "lifted" | "superseded";
  /** Null while it runs. */
  end: EndOfAction | null;
  /** `over_now`: the ruling ends the old measure, for the new one's time is over; `over_before`: the old one had ended. */
  stands: "runs" | "over_now" | "over_before";
}

export type ModificationRefusal = "action_undone" | "not_milder" | "interim_no_warning";

const overReason = "Its time was over when the ruling set it.";

/**
 * What a milder measure comes to that takes the place of an action from that action's own start (rule of procedure 5): the
 * time served counts. If its time is over by now it ends at once. An action that had ended is modified on the record alone:
 * what takes its place ended as it did, or by its own shorter time, and never starts anew.
 */
export function planModification(
  before: ModifiedAction,
  ended: EndOfAction | null,
  measure: Measure,
  { zone, now }: { zone: string; now: DateTime<true> },
): Result<Modification, ModificationRefusal> {
  const { state } = before;
  if (!before.startsAt || (state !== "active" && state !== "expired" && state !== "lifted" && state !== "superseded")) return refuse("action_undone", { state });
  if (before.interim && measure.kind === "warning") return refuse("interim_no_warning");
  if (!isMilder(measure, before, zone)) return refuse("not_milder");
  const startsAt = before.startsAt.toUTC() as DateTime<true>;
  const endsAt = measureEndsAt(measure, startsAt, zone);
  if (state === "active") {
    const isOver = endsAt !== null && endsAt <= now;
    if (!isOver) return { ok: true, startsAt, endsAt, state: "active", end: null, stands: "runs" };
    return { ok: true, startsAt, endsAt, state: "expired", end: { endedAt: now, endedById: null, endReason: overReason, supersededById: null }, stands: "over_now" };
  }
  if (!ended) throw new Error(`an action that is ${state} has no end`);
  const isShorter = endsAt !== null && endsAt <= ended.endedAt;
  const end: EndOfAction = isShorter ? { endedAt: ended.endedAt, endedById: null, endReason: overReason, supersededById: null } : ended;
  return { ok: true, startsAt, endsAt, state: isShorter ? "expired" : state, end, stands: "over_before" };
}
