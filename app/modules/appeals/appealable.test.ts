import { describe, expect, test } from "vitest";
import { actionStates } from "../enforcement/action-state";
import { appealStates, type AppealState } from "./appeal";
import { barsAppeal, endedBy, isToldToHolder, toldEnding, type Ending } from "./appealable";

const suspension = { kind: "suspension", state: "active", noTipOff: false } as const;

test.each(actionStates.map((state) => [state] as const))("an action that is %s", (state) => {
  const expected = { active: null, expired: null, lifted: null, reversed: "action_undone", superseded: "action_undone" } as Record<string, string | null>;
  expect(barsAppeal({ ...suspension, state }, [], "link")).toBe(state in expected ? expected[state] : "not_found");
});

test.each(appealStates.map((state) => [state] as const))("after an appeal that is %s", (state) => {
  const bars: Record<AppealState, string | null> = {
    filed: "appeal_live",
    under_review: "appeal_live",
    upheld: "already_ruled",
    modified: "already_ruled",
    overturned: "already_ruled",
    inadmissible: null,
    withdrawn: null,
  };
  const own = { state, channel: "link", confirmed: true } as const;
  expect(barsAppeal(suspension, [own], "link")).toBe(bars[state]);
  expect(barsAppeal(suspension, [{ state: "withdrawn", channel: "link", confirmed: true }, own], "link")).toBe(bars[state]);
});

test.each(["upheld", "modified", "overturned"] as const)("a form's appeal that was %s leaves the holder's own, once", (state) => {
  const byForm = { state, channel: "form", confirmed: false } as const;
  expect(barsAppeal(suspension, [byForm], "link")).toBeNull();
  expect(barsAppeal(suspension, [byForm], "form")).toBe("already_ruled");
  expect(barsAppeal(suspension, [byForm, { state: "filed", channel: "link", confirmed: true }], "link")).toBe("appeal_live");
  expect(barsAppeal(suspension, [byForm, { state: "upheld", channel: "link", confirmed: true }], "link")).toBe("already_ruled");
  expect(barsAppeal({ ...suspension, state: "superseded" }, [byForm], "link")).toBe("already_ruled");
  expect(barsAppeal(suspension, [{ ...byForm, confirmed: true }], "link")).toBe("already_ruled");
});

test("a referral, and what must not be tipped off, stays unsaid even when it is active", () => {
  expect(isToldToHolder({ ...suspension, noTipOff: true })).toBe(false);
  expect(isToldToHolder({ ...suspension, kind: "law_enforcement_referral" })).toBe(false);
  expect(barsAppeal({ ...suspension, noTipOff: true }, [], "link")).toBe("not_found");
  expect(isToldToHolder(suspension)).toBe(true);
});

describe("what an interim measure reads like that a hidden decision replaced", () => {
  const [start, end, later] = [new Date("2026-11-20T21:00:00Z"), new Date("2026-11-27T21:00:00Z"), new Date("2026-11-22T00:00:00Z")];
  const termination = { noTipOff: true, kind: "termination", features: [], startsAt: start, endedAt: null } as const;
  const interim = { kind: "suspension", state: "superseded", features: [], endsAt: end, endedAt: start, successor: termination } as const;
  const chat = { ...interim, kind: "feature_restriction", features: ["chatbot"] } as const;
  const narrower = { ...termination, kind: "feature_restriction", features: ["chatbot", "api_access"] } as const;

  test.each<[string, Ending<Date>, Date, string, Date | null]>([
    ["goes on", interim, later, "active", null],
    ["ends at its own end", interim, end, "expired", end],
    ["was lifted when what replaced it let go", { ...interim, successor: { ...termination, endedAt: later } }, end, "lifted", later],
    ["ran out before what replaced it let go", { ...interim, endsAt: later, successor: { ...termination, endedAt: end } }, end, "expired", later],
    ["was lifted by a warning", { ...interim, successor: { ...termination, kind: "warning" } }, later, "lifted", start],
    ["was lifted by what starts later", { ...interim, successor: { ...termination, startsAt: later } }, later, "lifted", start],
    ["was lifted by a restriction of a part", { ...interim, successor: narrower }, later, "lifted", start],
    ["goes on under a restriction of more", { ...chat, successor: narrower }, later, "active", null],
    ["is said to be replaced where that may be told", { ...interim, successor: { ...termination, noTipOff: false } }, later, "superseded", start],
    ["is what it is where nothing replaced it", { ...interim, state: "lifted", successor: null }, later, "lifted", start],
  ])("%s", (_what, action, now, state, endedAt) => {
    expect(toldEnding(action, now)).toEqual({ state, endedAt });
  });
});

const [began, ends, ended] = [1, 30, 20].map((day) => new Date(Date.UTC(2026, 10, day)));
test.each([
  ["applies", { state: "active", endsAt: ends!, endedAt: null }, began!, null],
  ["has no end", { state: "active", endsAt: null, endedAt: null }, ends!, null],
  ["ran out and no sweep has seen it yet", { state: "active", endsAt: ends!, endedAt: null }, ends!, ends!],
  ["ran out", { state: "expired", endsAt: ends!, endedAt: null }, ends!, ends!],
  ["was lifted before its end", { state: "lifted", endsAt: ends!, endedAt: ended! }, ended!, ended!],
] as const)("when a measure that %s had ended", (_what, action, now, expected) => {
  expect(endedBy(action, now)).toBe(expected);
});
