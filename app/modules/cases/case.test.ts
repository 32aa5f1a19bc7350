import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { type Case, changed, checkHeld, checkVersion, joined, moved } from "./case";
import { priorityOf } from "./priority";

const now = DateTime.fromISO("2026-11-20T21:00:00Z", { zone: "utc" });
const opened = now.minus({ days: 2 });
const investigated: Case = {
  id: "01935d6e-0000-7000-8000-000000000001",
  reference: "C-4K7Q-T2MX",
  platformId: "01935d6e-0000-7000-8000-000000000002",
  accountId: "01935d6e-0000-7000-8000-000000000003",
  area: "spam",
  state: "investigating",
  severity: "medium",
  priority: 0,
  reportCount: 1,
  signalCount: 0,
  escalated: false,
  escalatedToId: null,
  lease: { holderId: "ana", expiresAt: now.plus({ minutes: 5 }) },
  version: 3,
  reviewReason: null,
  openedAt: opened,
  updatedAt: opened,
  decidedAt: null,
  closedAt: null,
};

test("a change raises the version and weighs the case anew", () => {
  const escalated = changed(investigated, { escalated: true }, now);
  expect(escalated.version).toBe(4);
  expect(escalated.updatedAt).toBe(now);
  expect(escalated.priority).toBe(priorityOf(escalated));
  expect(escalated.priority).toBeGreaterThan(priorityOf(investigated));
});

test("a form of an older version is stale; one that does not say is not", () => {
  expect(checkVersion(investigated, 3)).toEqual({ ok: true });
  expect(checkVersion(investigated, undefined)).toEqual({ ok: true });
  expect(checkVersion(investigated, 2)).toEqual({ ok: false, reason: "stale", detail: { seen: 2, version: 3 } });
});

test.each([
  ["its holder", "ana", now, { ok: true }],
  ["somebody else", "ben", now, { ok: false, reason: "case_held_by_other" }],
  ["its holder after the lease ran out", "ana", now.plus({ minutes: 5 }), { ok: false, reason: "lease_missing" }],
])("work on a case by %s", (_who, staffId, at, expected) => {
  expect(checkHeld(investigated, staffId, at)).toEqual(expected);
});

test("a report joins: it counts apart from signals and can only make the case graver", () => {
  const graver = joined(investigated, { kind: "report", severity: "critical" }, now);
  expect([graver.reportCount, graver.signalCount, graver.severity]).toEqual([2, 0, "critical"]);
  const milder = joined(graver, { kind: "signal", severity: "low" }, now);
  expect([milder.reportCount, milder.signalCount, milder.severity]).toEqual([2, 1, "critical"]);
});

test("a decision ends the lease and dates the case; reopening undoes both dates", () => {
  const decided = moved(investigated, "decide", now);
  expect(decided).toMatchObject({ ok: true, case: { state: "decided", lease: null, decidedAt: now, closedAt: null } });
  const closed = moved((decided as { case: Case }).case, "close", now);
  expect(closed).toMatchObject({ ok: true, case: { state: "closed", closedAt: now, decidedAt: now } });
  const reopened = moved((closed as { case: Case }).case, "reopen", now);
  expect(reopened).toMatchObject({ ok: true, case: { state: "open", closedAt: null, decidedAt: null, lease: null } });
});

test("waiting for an answer keeps the lease", () => {
  expect(moved(investigated, "ask_for_information", now)).toMatchObject({ ok: true, case: { lease: investigated.lease } });
});

test("an illegal move is refused", () => {
  expect(moved(investigated, "reopen", now)).toMatchObject({ ok: false, reason: "illegal_move" });
});
