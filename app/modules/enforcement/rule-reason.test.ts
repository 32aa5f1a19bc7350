import { expect, test } from "vitest";
import { reasonOfRule } from "./rule-reason";

const found = { windowStart: "2026-11-20T07:00:00Z", windowEnd: "2026-11-21T07:00:00Z", observed: 12, threshold: 0 };
const denver = "America/Denver";

test.each<[string, Parameters<typeof reasonOfRule>[0], string, string]>([
  ["messages with their denominator", { ...found, measures: { breaches: 12, contacts: 9, ambiguous: 0, marketing: 1300 } }, "en", "They counted 12 of 1,300 marketing messages that broke the rule named here."],
  ["messages whose denominator is not known", { ...found, measures: { breaches: 12, contacts: 9, ambiguous: 0 } }, "en", "They counted 12 messages that broke the rule named here."],
  ["a denominator that cannot be right", { ...found, measures: { breaches: 12, marketing: 3 } }, "en", "They counted 12 messages that broke the rule named here."],
  ["opt-outs", { ...found, measures: { opt_outs: 41, delivered: 1204 } }, "en", "Of 1,204 marketing messages that were delivered, 41 were answered by opting out, far more than is usual for your account."],
  ["windows over a limit", { ...found, observed: 900, threshold: 600, measures: { windows_over: 3, worst: 900, requests: 4000 } }, "en", "The limit of 600 was passed 3 times; the highest count was 900."],
  ["a count", { ...found, observed: 24, threshold: 20, measures: {} }, "en", "They measured 24, where the limit is 20."],
  ["in Spanish", { ...found, measures: { breaches: 12, templates: 30 } }, "es", "Contaron 12 de 30 mensajes de plantilla que no cumplieron la regla aquí citada."],
])("tells %s", (_what, told, language, sentence) => {
  const text = reasonOfRule(told, denver, language);
  expect(text.endsWith(` ${sentence}`)).toBe(true);
  expect(text).toContain("2026");
});

test.each([["en", "in common"], ["es", "en común"]])("of a tie to another account it tells how much is shared, and nothing of when the other was restricted (%s)", (language, words) => {
  const text = reasonOfRule({ ...found, observed: 2, threshold: 1, measures: { shared: 2, shared_phone: 1, shared_device: 1 } }, denver, language);
  expect(text).toContain(words);
  expect(text).toMatch(/ 2\.$/);
  expect(text).not.toContain("2026");
});
