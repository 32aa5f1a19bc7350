import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { isSetAside, judgementOf, reporterRecord, type JudgedReport, type Judgement, type PastMeasure } from "./reporter-record";

const now = DateTime.fromISO("2026-11-20T21:00:00Z", { zone: "utc" });
const reports = (count: number, judgement: Judgement, daysAgo = 10): JudgedReport[] => Array.from({ length: count }, () => ({ receivedAt: now.minus({ days: daysAgo }), judgement }));
const warning = (over: Partial<PastMeasure> = {}): PastMeasure => ({ id: "w", kind: "warning", state: "active", startsAt: now.minus({ days: 60 }), endsAt: null, informedAt: now.minus({ days: 60 }), ...over });
const mute = (over: Partial<PastMeasure> = {}): PastMeasure => ({ id: "m", kind: "mute", state: "active", startsAt: now.minus({ days: 5 }), endsAt: now.plus({ days: 25 }), informedAt: null, ...over });

test.each([
  ["resolved", "action_taken", null, "founded"],
  ["resolved", "no_violation", null, "unfounded"],
  ["resolved", "insufficient_evidence", null, "open"],
  ["resolved", "reversed", null, "open"],
  ["dismissed", null, "not_a_report", "unfounded"],
  ["dismissed", null, "out_of_scope", "open"],
  ["dismissed", null, "already_handled", "open"],
  ["attached", null, null, "open"],
  ["received", null, null, "open"],
])("a report that is %s (%s, %s) is %s", (state, outcome, dismissalReason, judgement) => expect(judgementOf({ state, outcome, dismissalReason })).toBe(judgement));

describe("what the record allows", () => {
  test.each<[string, JudgedReport[], PastMeasure[], "warning" | "mute" | null]>([
    ["nothing was ever judged", reports(9, "open"), [], null],
    ["four unfounded", reports(4, "unfounded"), [], null],
    ["five of five unfounded", reports(5, "unfounded"), [], "warning"],
    ["five unfounded of six judged", [...reports(5, "unfounded"), ...reports(1, "founded")], [], "warning"],
    ["five unfounded of seven judged", [...reports(5, "unfounded"), ...reports(2, "founded")], [], null],
    ["open ones do not thin it out", [...reports(5, "unfounded"), ...reports(50, "open")], [], "warning"],
    ["five, too long ago", reports(5, "unfounded", 181), [], null],
    ["warned, nothing since", reports(9, "unfounded", 70), [warning()], null],
    ["warned, two since", [...reports(9, "unfounded", 70), ...reports(2, "unfounded")], [warning()], null],
    ["warned, three since", reports(3, "unfounded"), [warning()], "mute"],
    ["warned, three since, but most were right", [...reports(3, "unfounded"), ...reports(1, "founded")], [warning()], null],
    ["the warning has not reached them yet", reports(9, "unfounded"), [warning({ informedAt: null })], null],
    ["the warning was lifted", reports(5, "unfounded"), [warning({ state: "lifted" })], "warning"],
    ["the warning is over a year old", reports(5, "unfounded"), [warning({ startsAt: now.minus({ days: 366 }) })], "warning"],
    ["muted already", reports(9, "unfounded"), [warning(), mute()], null],
    ["a mute that is over", reports(3, "unfounded"), [warning(), mute({ state: "expired", endsAt: now.minus({ days: 1 }) })], "mute"],
  ])("%s", (_, given, measures, allows) => expect(reporterRecord(given, measures, now).allows).toBe(allows));

  const judged = fc.array(fc.record({ receivedAt: fc.integer({ min: 0, max: 400 }).map((days) => now.minus({ days })), judgement: fc.constantFrom<Judgement>("founded", "unfounded", "open") }), { maxLength: 40 });

  test("nobody is muted without a warning that reached them, whatever they sent", () => {
    fc.assert(fc.property(judged, fc.boolean(), (given, unread) => void expect(reporterRecord(given, unread ? [warning({ informedAt: null })] : [], now).allows).not.toBe("mute")));
  });

  test("one more founded report never makes it worse", () => {
    const rank = { mute: 1, warning: 1 } as const;
    const weight = (allows: "warning" | "mute" | null) => (allows ? rank[allows] : 0);
    fc.assert(
      fc.property(judged, fc.constantFrom([], [warning()]), (given, measures) => {
        const before = weight(reporterRecord(given, measures, now).allows);
        expect(weight(reporterRecord([...given, ...reports(1, "founded", 1)], measures, now).allows)).toBeLessThanOrEqual(before);
      }),
    );
  });
});

test("what may cost somebody dearly is never set aside", () => {
  expect((["low", "medium", "high", "critical", null] as const).map(isSetAside)).toEqual([true, true, true, false, true]);
});
