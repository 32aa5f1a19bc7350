import { expect, test } from "vitest";
import { leastRetentionDays } from "./event-retention";
import { ruleVersion } from "./rules/default-rules";
import type { RuleVersion } from "./rules/rule-book";

const frequency = (windowHours: number, mode: "signal" | "off" = "signal"): RuleVersion => {
  const version = ruleVersion("frequency");
  return { ...version, mode, parameters: { ...version.parameters, windowHours } } as RuleVersion;
};

test.each([
  ["nothing looks back further than the database has to allow for", [], 32],
  ["a week's window fits into that", [frequency(168)], 32],
  ["28 days before a window of a day, three late ones and the one that has begun", [ruleVersion("opt_out_spike")], 34],
  ["a window of 31 days, three late ones and the one that has begun", [ruleVersion("opt_out_spike"), frequency(744)], 35],
  ["a rule that is off looks at nothing", [frequency(744, "off")], 32],
])("%s", (_why, versions, days) => expect(leastRetentionDays(versions)).toBe(days));
