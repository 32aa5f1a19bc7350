import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { GateAction } from "./gate-projection";
import { isCovered, weigh, type Weighed } from "./rule-measure";

const at = (iso: string) => Date.parse(iso);
const found: Weighed = {
  mode: "signal_and_interim",
  retracted: false,
  exempt: false,
  proposal: {},
  stillProposes: true,
  caseOpen: true,
  windowStart: at("2026-11-20T07:00:00Z"),
  refusedAt: null,
  waiting: false,
  covered: false,
  interimStands: false,
  takes: "one",
  byItself: false,
  didBefore: false,
};

test.each<[string, Partial<Weighed>, string]>([
  ["a finding", {}, "propose"],
  ["a shadow", { mode: "shadow" }, "shadow"],
  ["a shadow whose rule acts by itself", { mode: "shadow", byItself: true }, "shadow"],
  ["a finding of a rule that only signals", { mode: "signal" }, "shadow"],
  ["a finding that was taken back", { retracted: true, byItself: true }, "retracted"],
  ["an exempt account", { exempt: true, byItself: true }, "exempt"],
  ["a version without a measure", { proposal: null }, "no_measure"],
  ["a rule whose version in force proposes nothing", { stillProposes: false, byItself: true }, "switched_off"],
  ["a case that is decided", { caseOpen: false, byItself: true }, "case_closed"],
  ["while one waits", { waiting: true, byItself: true }, "waiting"],
  ["conduct from before somebody refused", { refusedAt: at("2026-11-20T07:00:00.001Z"), byItself: true }, "refused"],
  ["conduct from after somebody refused", { refusedAt: at("2026-11-20T07:00:00Z") }, "propose"],
  ["what is denied already", { covered: true, byItself: true }, "covered"],
  ["beside a milder interim measure", { interimStands: true }, "propose"],
  ["where it is switched on", { byItself: true }, "apply"],
  ["where it is switched on and interim measures take two", { byItself: true, takes: "two" }, "apply"],
  ["where it is switched on, and a person's measure stands", { byItself: true, interimStands: true }, "propose"],
  ["where it is switched on, and it acted on the case before", { byItself: true, didBefore: true }, "propose"],
  ["where it is switched on, and it would last too long in all", { byItself: true, takes: "too_long" }, "propose"],
])("%s", (_what, over, expected) => {
  const verdict = weigh({ ...found, ...over });
  expect(verdict.does === "nothing" ? verdict.why : verdict.does).toBe(expected);
});

const now = DateTime.fromISO("2026-11-20T12:00:00Z");
const until = (iso: string) => DateTime.fromISO(iso);
const features = [{ code: "all_messages", includes: ["marketing", "templates"] }, { code: "marketing", includes: [] }, { code: "templates", includes: [] }];
const action = (over: Partial<GateAction>): GateAction => ({ id: "a", kind: "feature_restriction", interim: false, features: ["marketing"], state: "active", startsAt: now.minus({ days: 1 }), endsAt: until("2026-11-27T12:00:00Z"), ...over });
const proposed = { features: ["marketing"], endsAt: until("2026-11-27T12:00:00Z") };

test.each<[string, boolean, GateAction[], typeof proposed]>([
  ["nothing", false, [], proposed],
  ["the same for as long", true, [action({})], proposed],
  ["the same for a second less", false, [action({ endsAt: until("2026-11-27T11:59:59Z") })], proposed],
  ["another feature", false, [action({ features: ["templates"] })], proposed],
  ["a feature that contains it", true, [action({ features: ["all_messages"] })], proposed],
  ["one of those it contains", false, [action({})], { ...proposed, features: ["all_messages"] }],
  ["a suspension", true, [action({ kind: "suspension", features: [] })], { ...proposed, features: ["all_messages"] }],
  ["a termination", true, [action({ kind: "termination", features: [], endsAt: null })], proposed],
  ["two that follow each other", true, [action({ endsAt: until("2026-11-22T12:00:00Z") }), action({ id: "b", startsAt: until("2026-11-22T12:00:00Z"), endsAt: until("2026-11-28T12:00:00Z") })], proposed],
  ["one that begins later", false, [action({ startsAt: until("2026-11-21T12:00:00Z") })], proposed],
  ["a proposal", false, [action({ state: "awaiting_approval" })], proposed],
])("%s covers it: %s", (_what, covered, actions, measure) => expect(isCovered(actions, features, measure, now)).toBe(covered));
