import { expect, test } from "vitest";
import { proposesNothing, proposalInWords } from "./rule-interim";
import type { RuleMode } from "./rules/rule-catalogue";

const measure = { features: ["marketing_messages"], days: 7 };

test.each<[RuleMode, typeof measure | null, boolean]>([
  ["signal_and_interim", null, true],
  ["signal_and_interim", measure, false],
  ["signal", null, false],
  ["off", null, false],
])("in mode %s with %o, that a version proposes nothing is worth saying: %s", (mode, proposed, said) => {
  expect(proposesNothing({ mode, measure: proposed })).toBe(said);
});

test.each([
  [7, "a 7-day restriction of marketing messages"],
  [11, "an 11-day restriction of marketing messages"],
])("%i days are said as people say them", (days, words) => {
  expect(proposalInWords({ ...measure, days }, { marketing_messages: "marketing messages" })).toBe(words);
});
