import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { GateAction } from "../enforcement/gate-projection";
import { toldStanding } from "./told-standing";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" }) as DateTime<true>;
const now = utc("2026-11-20T21:00:00Z");
const features = [
  { code: "all", includes: ["ads"], retired: false },
  { code: "ads", includes: [], retired: false },
  { code: "bot", includes: [], retired: false },
  { code: "old", includes: [], retired: true },
];
const action = (over: Partial<GateAction>): GateAction => ({ id: "1", kind: "suspension", interim: false, features: [], state: "active", startsAt: utc("2026-11-19T00:00:00Z"), endsAt: utc("2026-11-27T00:00:00Z"), ...over });
const week = "2026-11-27T00:00:00.000Z";

test.each<[string, GateAction[], string, Record<string, string | null>]>([
  ["nothing told", [], "active", {}],
  ["a warning", [action({ kind: "warning", endsAt: null })], "active", {}],
  ["a suspension denies everything, the retired feature too", [action({})], "suspended", { all: week, ads: week, bot: week, old: week }],
  ["a termination has no end", [action({ kind: "termination", endsAt: null })], "terminated", { all: null, ads: null, bot: null, old: null }],
  ["a restriction denies what it contains", [action({ kind: "feature_restriction", features: ["all"] })], "restricted", { all: week, ads: week }],
  ["one whose end has come denies nothing, swept or not", [action({ endsAt: now })], "active", {}],
  ["one that has not begun denies nothing yet", [action({ startsAt: now.plus({ hours: 1 }) })], "active", {}],
  ["one that ended denies nothing", [action({ state: "lifted" }), action({ state: "superseded" }), action({ state: "expired" })], "active", {}],
  ["of two the one that lasts longer speaks", [action({}), action({ id: "2", kind: "feature_restriction", features: ["bot"], endsAt: utc("2026-12-24T00:00:00Z") })], "suspended", { all: week, ads: week, old: week, bot: "2026-12-24T00:00:00.000Z" }],
])("%s", (_what, told, status, denied) => {
  const standing = toldStanding({ closed: false, told, features }, now);
  expect(standing.status).toBe(status);
  expect(Object.fromEntries(standing.features.flatMap(({ code, allowed, until }) => (allowed ? [] : [[code, until?.toISO() ?? null]])))).toEqual(denied);
  expect(standing.features.map(({ code }) => code)).toEqual("old" in denied ? ["all", "ads", "bot", "old"] : ["all", "ads", "bot"]);
});

test("an account its holder closed reads as closed, whatever was decided", () => {
  expect(toldStanding({ closed: true, told: [action({})], features }, now).status).toBe("closed");
});
