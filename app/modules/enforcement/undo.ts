import type { DateTime } from "luxon";
import { refuse, type Result } from "~/infra/result";

export type Undoable = { state: string; deciderId: string; effectiveAt: DateTime | null; appealed: boolean };

export type UndoBar = "not_own_decision" | "illegal_move" | "undo_over" | "appealed_already";

/** Until when, exclusively, a decision can be undone: so many minutes from its effect, whoever approved it. */
export const undoEndsAt = (effectiveAt: DateTime, undoMinutes: number): DateTime => effectiveAt.plus({ minutes: undoMinutes });

/**
 * Whether somebody may undo a decision now: their own, in effect, within the grace period, and while nobody appealed.
 * Four eyes are not asked again: undoing only ever gives back (rule of procedure 2 guards what is taken).
 */
export function mayUndo(decision: Undoable, staffId: string, undoMinutes: number, now: DateTime): Result<object, UndoBar> {
  if (decision.deciderId !== staffId) return refuse("not_own_decision");
  if (decision.state !== "in_effect" || !decision.effectiveAt) return refuse("illegal_move", { state: decision.state, move: "undo" });
  if (+now >= +undoEndsAt(decision.effectiveAt, undoMinutes)) return refuse("undo_over");
  return decision.appealed ? refuse("appealed_already") : { ok: true };
}
