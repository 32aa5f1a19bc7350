import type { DateTime } from "luxon";
import { stateMachine } from "~/infra/state-machine";

export const bulkStates = ["preparing", "ready", "running", "paused", "cancelled", "finished", "undoing", "undone"] as const;
export type BulkState = (typeof bulkStates)[number];

export const bulkMoves = ["prepared", "start", "pause", "resume", "cancel", "finish", "retry", "undo", "undone"] as const;
export type BulkMove = (typeof bulkMoves)[number];

/** A bulk action is looked at before it is started, can be stopped between any two items, and undone once it stands still. */
export const bulkMachine = stateMachine<BulkState, BulkMove>(bulkMoves, {
  preparing: { prepared: "ready", cancel: "cancelled" },
  ready: { start: "running", cancel: "cancelled" },
  running: { pause: "paused", cancel: "cancelled", finish: "finished" },
  paused: { resume: "running", cancel: "cancelled" },
  cancelled: { undo: "undoing" },
  finished: { retry: "running", undo: "undoing" },
  undoing: { undone: "undone" },
  undone: {},
});

/** What a worker does with a bulk action in this state; null: nothing. */
export const workOf = { preparing: "rehearse", ready: null, running: "perform", paused: null, cancelled: null, finished: null, undoing: "undo", undone: null } as const satisfies Record<BulkState, string | null>;

export const itemStates = ["chosen", "planned", "blocked", "done", "proposed", "refused", "failed", "cancelled", "undone", "kept"] as const;
export type ItemState = (typeof itemStates)[number];

export const itemStateNames: Record<ItemState, string> = {
  chosen: "Not looked at yet",
  planned: "Will be done",
  blocked: "Cannot be done",
  done: "Done",
  proposed: "Proposed",
  refused: "Refused",
  failed: "Failed",
  cancelled: "Not done",
  undone: "Undone",
  kept: "Not undone",
};

/** Which items each kind of work still has to take. */
export const itemsToTake = { rehearse: ["chosen"], perform: ["planned"], undo: ["done", "proposed"] } as const satisfies Record<string, readonly ItemState[]>;

/** Tries of one item before it counts as failed. */
export const mostAttempts = 3;

/** Until when, exclusively, a bulk action that ended can be undone; null while it has done nothing or cannot be. */
export const undoClosesAt = (bulk: { startedAt: DateTime | null; endedAt: DateTime | null; undoMinutes: number }): DateTime | null =>
  bulk.startedAt && bulk.endedAt ? bulk.endedAt.plus({ minutes: bulk.undoMinutes }) : null;
