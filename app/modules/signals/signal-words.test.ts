import { expect, test } from "vitest";
import { measuresInWords, ruleTitle, share } from "./signal-words";

test.each<[string, Record<string, number>, string[]]>([
  ["a share has its denominator", { opt_outs: 41, delivered: 1204 }, ["41 opt-outs of 1,204 delivered (3.4 %)"]],
  ["one of them is one", { breaches: 1, contacts: 1, marketing: 4 }, ["1 breach of 4 marketing (25 %)", "1 contact"]],
  ["what is beside it is told too", { breaches: 3, contacts: 2, ambiguous: 0, marketing: 1000 }, ["3 breaches of 1,000 marketing (0.3 %)", "2 contacts", "0 ambiguous"]],
  ["windows are no part of requests", { windows_over: 2, worst: 900, requests: 5000 }, ["2 windows over", "900 worst", "5,000 requests"]],
  ["a denominator that is too small is none", { breaches: 5, marketing: 3 }, ["5 breaches", "3 marketing"]],
  ["nothing is divided by nothing", { opt_outs: 0, delivered: 0 }, ["0 opt-outs", "0 delivered"]],
  ["no counts", {}, []],
])("%s", (_what, measures, words) => expect(measuresInWords(measures)).toEqual(words));

test.each([[3, 12, "3 of 12 (25 %)"], [0, 0, "—"], [2_000, 0, "2,000 of 0"], [0, 4, "0 of 4 (0 %)"]])("%d of %d reads %s", (part, of, words) => expect(share(part, of)).toBe(words));
test.each([["spacing", "Automated follow-ups too close together"], ["duplicate_account", "Another account that gets around an action"], ["retired_rule", "Retired rule"], ["constructor", "Constructor"]])("the rule %s is called %s", (rule, title) => expect(ruleTitle(rule)).toBe(title));
