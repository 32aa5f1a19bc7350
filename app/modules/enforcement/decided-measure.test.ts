import { expect, test } from "vitest";
import { decidedInWords } from "./decided-measure";
import type { Measure } from "./measure";

const suspension = (days: number): Measure => ({ kind: "suspension", days });

test.each<[string, Parameters<typeof decidedInWords>[0], string]>([
  ["other days on the same rung", { measure: suspension(45), recommended: suspension(7), lawEnforcementReferral: false }, "45-day suspension, instead of the 7-day suspension the ladder recommends"],
  ["the ladder's own", { measure: suspension(7), recommended: suspension(7), lawEnforcementReferral: false }, "7-day suspension, as the ladder recommends"],
  ["a referral beside it", { measure: { kind: "warning" }, recommended: { kind: "warning" }, lawEnforcementReferral: true }, "warning and a referral to law enforcement, as the ladder recommends"],
  [
    "other features",
    { measure: { kind: "feature_restriction", features: ["sms"], days: 7 }, recommended: { kind: "feature_restriction", features: ["email"], days: 7 }, lawEnforcementReferral: false },
    "7-day restriction of text messages, instead of the 7-day restriction of email the ladder recommends",
  ],
])("%s", (_what, decided, words) => {
  expect(decidedInWords(decided, { sms: "text messages" })).toBe(words);
});
