import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { Measure } from "../enforcement/measure";
import { isMilder, type Comparable } from "./milder-measure";

const day = (n: number) => DateTime.fromISO("2026-11-20T12:00:00Z", { zone: "utc" }).plus({ days: n });
const restriction: Comparable = { kind: "feature_restriction", features: ["marketing", "api"], endsAt: day(30) };
const suspension: Comparable = { kind: "suspension", features: [], endsAt: day(14) };
const termination: Comparable = { kind: "termination", features: [], endsAt: null };
const restrict = (...features: string[]): Measure => ({ kind: "feature_restriction", features, days: 7 });

test.each<[string, Comparable, Measure, number | null, boolean]>([
  ["a warning for a restriction", restriction, { kind: "warning" }, null, true],
  ["a warning for a warning", { kind: "warning", features: [], endsAt: null }, { kind: "warning" }, null, false],
  ["a long restriction for a suspension", suspension, restrict("marketing"), 90, true],
  ["a suspension for a restriction", restriction, { kind: "suspension", days: 1 }, 1, false],
  ["a shorter suspension", suspension, { kind: "suspension", days: 7 }, 7, true],
  ["the same suspension", suspension, { kind: "suspension", days: 14 }, 14, false],
  ["a longer suspension", suspension, { kind: "suspension", days: 15 }, 15, false],
  ["a suspension for a termination", termination, { kind: "suspension", days: 365 }, 365, true],
  ["a termination for a termination", termination, { kind: "termination" }, null, false],
  ["fewer features, same end", restriction, restrict("marketing"), 30, true],
  ["fewer features, later end", restriction, restrict("marketing"), 31, false],
  ["same features, earlier end", restriction, restrict("api", "marketing"), 7, true],
  ["same features, same end", restriction, restrict("api", "marketing"), 30, false],
  ["another feature, earlier end", restriction, restrict("campaigns"), 7, false],
  ["the same feature twice, same end", restriction, restrict("api", "api", "marketing"), 30, false],
  ["an end for what had none", { ...restriction, endsAt: null }, restrict("marketing", "api"), 365, true],
  ["anything for a referral", { kind: "law_enforcement_referral", features: [], endsAt: null }, { kind: "warning" }, null, false],
])("%s", (_what, original, measure, ends, milder) => {
  expect(isMilder(original, measure, ends === null ? null : day(ends))).toBe(milder);
});
