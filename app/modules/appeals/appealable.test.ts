import { expect, test } from "vitest";
import { actionStates } from "../enforcement/action-state";
import { appealStates, type AppealState } from "./appeal";
import { barsAppeal, isToldToHolder } from "./appealable";

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
