import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { bulkMachine, bulkMoves, bulkStates, undoClosesAt, type BulkMove, type BulkState } from "./bulk-state";

const legal: Record<string, BulkState> = {
  "preparing prepared": "ready",
  "preparing cancel": "cancelled",
  "ready start": "running",
  "ready cancel": "cancelled",
  "running pause": "paused",
  "running cancel": "cancelled",
  "running finish": "finished",
  "paused resume": "running",
  "paused cancel": "cancelled",
  "cancelled undo": "undoing",
  "finished retry": "running",
  "finished undo": "undoing",
  "undoing undone": "undone",
};

test.each(bulkStates.flatMap((state) => bulkMoves.map((move): [BulkState, BulkMove] => [state, move])))("%s: %s", (state, move) => {
  const after = bulkMachine.after(state, move);
  expect(after.ok ? after.state : null).toBe(legal[`${state} ${move}`] ?? null);
});

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" });

test.each([
  ["counts from the end", "2026-11-20T21:00:00Z", "2026-11-20T22:00:00Z", "2026-11-20T22:30:00.000Z"],
  ["is not open before the end", "2026-11-20T21:00:00Z", null, undefined],
  ["has nothing to undo when nothing was started", null, "2026-11-20T22:00:00Z", undefined],
])("the undo window %s", (_why, started, ended, closes) => {
  expect(undoClosesAt({ startedAt: started ? utc(started) : null, endedAt: ended ? utc(ended) : null, undoMinutes: 30 })?.toISO()).toBe(closes);
});
