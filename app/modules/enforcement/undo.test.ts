import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { mayUndo, undoEndsAt, type Undoable } from "./undo";

const utc = (text: string) => DateTime.fromISO(text, { zone: "utc" });
const decision: Undoable = { state: "in_effect", deciderId: "ana", effectiveAt: utc("2026-11-20T21:00:00Z"), appealed: false };

test.each<[string, Partial<Undoable>, string, string, string | null]>([
  ["at once", {}, "ana", "2026-11-20T21:00:00Z", null],
  ["in the last millisecond", {}, "ana", "2026-11-20T21:09:59.999Z", null],
  ["when the time is over", {}, "ana", "2026-11-20T21:10:00Z", "undo_over"],
  ["by somebody else", {}, "ben", "2026-11-20T21:00:01Z", "not_own_decision"],
  ["once appealed against", { appealed: true }, "ana", "2026-11-20T21:05:00Z", "appealed_already"],
  ["late and appealed against", { appealed: true }, "ana", "2026-11-20T21:10:00Z", "undo_over"],
  ["while it waits for a second person", { state: "awaiting_approval", effectiveAt: null }, "ana", "2026-11-20T21:00:01Z", "illegal_move"],
  ["once it was reversed", { state: "reversed" }, "ana", "2026-11-20T21:00:01Z", "illegal_move"],
  ["once it was modified", { state: "modified" }, "ana", "2026-11-20T21:00:01Z", "illegal_move"],
])("undoing %s", (_when, change, by, now, refused) => {
  const answer = mayUndo({ ...decision, ...change }, by, 10, utc(now));
  expect(answer.ok ? null : answer.reason).toBe(refused);
});

test("a platform without a grace period allows none", () => {
  const now = utc("2026-11-20T21:00:00Z");
  expect(+undoEndsAt(now, 0)).toBe(+now);
  expect(mayUndo(decision, "ana", 0, now)).toMatchObject({ ok: false, reason: "undo_over" });
});
