import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { planModification, type EndOfAction, type ModifiedAction } from "./modification";
import type { Measure } from "./measure";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }) as DateTime<true>;
const zone = "America/Denver";
const start = utc("2026-11-01T18:00:00Z");
const now = utc("2026-11-20T21:00:00Z");
const suspended: ModifiedAction = { kind: "suspension", features: [], state: "active", interim: false, startsAt: start, endsAt: start.plus({ days: 30 }) };
const restricted: ModifiedAction = { ...suspended, kind: "feature_restriction", features: ["sms", "email"] };
const terminated: ModifiedAction = { ...suspended, kind: "termination", endsAt: null };
const suspension = (days: number): Measure => ({ kind: "suspension", days });
const restriction = (features: string[], days: number): Measure => ({ kind: "feature_restriction", features, days });
const ended = (at: string, over: Partial<EndOfAction> = {}): EndOfAction => ({ endedAt: utc(at), endedById: null, endReason: "Its time was over.", supersededById: null, ...over });
const lifted = ended("2026-11-04T18:00:00Z", { endedById: "lee", endReason: "They asked." });
const gaveWay = ended("2026-11-05T18:00:00Z", { endReason: "The case was decided.", supersededById: "a-week" });

type Row = [what: string, before: ModifiedAction, ended: EndOfAction | null, measure: Measure, expected: { state: string; ends: string | null; endedAt: string | null; stands: string }];

describe("a milder measure in the place of an action", () => {
  test.each<Row>([
    ["shorter, with days left, from the first start", suspended, null, suspension(20), { state: "active", ends: "2026-11-21T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["another day at the same wall time after summer time ended", { ...suspended, startsAt: utc("2026-10-31T17:00:00Z"), endsAt: utc("2026-11-30T18:00:00Z") }, null, suspension(21), { state: "active", ends: "2026-11-21T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["a lower rung, with days left", terminated, null, suspension(25), { state: "active", ends: "2026-11-26T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["fewer features for as long", restricted, null, restriction(["sms"], 30), { state: "active", ends: "2026-12-01T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["a warning has no end", suspended, null, { kind: "warning" }, { state: "active", ends: null, endedAt: null, stands: "runs" }],
    ["its time is over already: it ends at once", suspended, null, suspension(7), { state: "expired", ends: "2026-11-08T18:00:00.000Z", endedAt: "2026-11-20T21:00:00.000Z", stands: "over_now" }],
    ["its last moment is now", { ...suspended, startsAt: utc("2026-11-13T21:00:00Z") }, null, suspension(7), { state: "expired", ends: "2026-11-20T21:00:00.000Z", endedAt: "2026-11-20T21:00:00.000Z", stands: "over_now" }],
    ["scheduled, not begun: it starts when that one would have", { ...suspended, startsAt: utc("2026-12-01T18:00:00Z"), endsAt: utc("2026-12-31T18:00:00Z") }, null, suspension(3), { state: "active", ends: "2026-12-04T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["interim, shorter", { ...suspended, interim: true }, null, suspension(20), { state: "active", ends: "2026-11-21T18:00:00.000Z", endedAt: null, stands: "runs" }],
    ["expired: on the record", { ...suspended, state: "expired", endsAt: utc("2026-11-08T18:00:00Z") }, ended("2026-11-08T18:00:00Z"), suspension(3), { state: "expired", ends: "2026-11-04T18:00:00.000Z", endedAt: "2026-11-08T18:00:00.000Z", stands: "over_before" }],
    ["expired, to a warning", { ...suspended, state: "expired" }, ended("2026-12-01T18:00:00Z"), { kind: "warning" }, { state: "expired", ends: null, endedAt: "2026-12-01T18:00:00.000Z", stands: "over_before" }],
    ["lifted, to a time that would still run: it never starts anew", { ...suspended, state: "lifted" }, lifted, suspension(25), { state: "lifted", ends: "2026-11-26T18:00:00.000Z", endedAt: "2026-11-04T18:00:00.000Z", stands: "over_before" }],
    ["lifted, to less than was served", { ...suspended, state: "lifted" }, lifted, suspension(2), { state: "expired", ends: "2026-11-03T18:00:00.000Z", endedAt: "2026-11-04T18:00:00.000Z", stands: "over_before" }],
    ["interim that gave way to what was decided", { ...suspended, state: "superseded", interim: true }, gaveWay, suspension(25), { state: "superseded", ends: "2026-11-26T18:00:00.000Z", endedAt: "2026-11-05T18:00:00.000Z", stands: "over_before" }],
  ])("%s", (_what, before, end, measure, expected) => {
    const planned = planModification(before, end, measure, { zone, now });
    if (!planned.ok) throw new Error(planned.reason);
    expect(planned.startsAt.toISO()).toBe(before.startsAt!.toUTC().toISO());
    expect({ state: planned.state, ends: planned.endsAt?.toISO() ?? null, endedAt: planned.end?.endedAt.toISO() ?? null, stands: planned.stands }).toEqual(expected);
  });

  test("how an ended measure ended stays with what takes its place on the record", () => {
    expect(planModification({ ...suspended, state: "lifted" }, lifted, suspension(25), { zone, now })).toMatchObject({ end: lifted });
    expect(planModification({ ...suspended, state: "superseded", interim: true }, gaveWay, suspension(25), { zone, now })).toMatchObject({ end: gaveWay });
  });

  test.each<[string, ModifiedAction, EndOfAction | null, Measure, string]>([
    ["as long", suspended, null, suspension(30), "not_milder"],
    ["longer", suspended, null, suspension(31), "not_milder"],
    ["stricter", restricted, null, suspension(1), "not_milder"],
    ["another feature", restricted, null, restriction(["api"], 3), "not_milder"],
    ["as long as an expired one", { ...suspended, state: "expired" }, ended("2026-12-01T18:00:00Z"), suspension(30), "not_milder"],
    ["of a referral", { ...suspended, kind: "law_enforcement_referral", endsAt: null }, null, suspension(1), "not_milder"],
    ["a warning for an interim measure", { ...suspended, interim: true }, null, { kind: "warning" }, "interim_no_warning"],
    ["of one that was taken back", { ...suspended, state: "reversed" }, ended("2026-11-04T18:00:00Z"), suspension(1), "action_undone"],
    ["of a proposal", { ...suspended, state: "awaiting_approval" }, null, suspension(1), "action_undone"],
  ])("is refused: %s", (_what, before, end, measure, reason) => {
    expect(planModification(before, end, measure, { zone, now })).toMatchObject({ ok: false, reason });
  });
});
