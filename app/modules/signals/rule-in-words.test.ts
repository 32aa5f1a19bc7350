import { expect, test } from "vitest";
import { changesInWords, valueInForm, valueInWords } from "./rule-in-words";
import { boundsInWords, exemptAccountSchema, setRuleSchema } from "./rule-book.schema";
import { ruleVersion } from "./rules/default-rules";
import type { Parameter } from "./rules/parameter";
import { ruleCatalogue, ruleCodes, type RuleCode } from "./rules/rule-catalogue";

const of = (rule: RuleCode, name: string) => (ruleCatalogue[rule].parameters as Record<string, Parameter>)[name]!;

test.each<[RuleCode, string, number | string[], string]>([
  ["spacing", "hours", 24, "24 hours"],
  ["spacing", "hours", 1, "1 hour"],
  ["frequency", "allowed", 1, "1 message"],
  ["message_limit", "perDay", 100_000, "100,000 messages"],
  ["shared_credential", "addresses", 1, "1 address"],
  ["quiet_hours", "from", 1260, "21:00"],
  ["quiet_hours", "until", 0, "00:00"],
  ["opt_out_spike", "usualShare", 0.005, "0.5 %"],
  ["opt_out_spike", "ratio", 1, "1 times"],
  ["missing_consent", "methods", ["website_form", "signup_form"], "website form, signup form"],
])("%s %s of %j reads %s", (rule, name, value, words) => expect(valueInWords(of(rule, name), value)).toBe(words));

test("what changes between two versions is told, and nothing else", () => {
  const before = ruleVersion("frequency");
  expect(changesInWords("frequency", before, before)).toEqual([]);
  expect(changesInWords("frequency", before, ruleVersion("frequency", { mode: "shadow", parameters: { allowed: 2 } }))).toEqual([
    "Mode: Signal, then Shadow. Records what it would have found. It counts in no case and nobody hears of it.",
    "Marketing messages allowed in it: 1 message, then 2 messages.",
  ]);
});

const form = { platformKey: "customerflows", basedOn: "1", mode: "signal", reason: "Asked for by customers." };
const parse = (rule: RuleCode, parameters: Record<string, unknown>, over: object = {}) => setRuleSchema(rule).safeParse({ ...form, rule, parameters, ...over });

test.each(ruleCodes)("the form of %s, sent as it was made, holds the version it was made from", (rule) => {
  const { parameters } = ruleVersion(rule) as { parameters: Record<string, number | string[]> };
  const sent = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, valueInForm(of(rule, name), value)]));
  expect(parse(rule, sent)).toMatchObject({ success: true, data: { parameters } });
});

test.each<[string, RuleCode, Record<string, unknown>, string]>([
  ["less than the least", "spacing", { hours: "0" }, "parameters.hours"],
  ["more than the most", "spacing", { hours: "169" }, "parameters.hours"],
  ["a part of an hour", "spacing", { hours: "1.5" }, "parameters.hours"],
  ["no number", "spacing", { hours: "many" }, "parameters.hours"],
  ["hexadecimal", "spacing", { hours: "0x20" }, "parameters.hours"],
  ["an exponent", "message_limit", { perDay: "1e3" }, "parameters.perDay"],
  ["nothing", "spacing", {}, "parameters.hours"],
  ["two at once", "spacing", { hours: ["3", "4"] }, "parameters.hours"],
  ["an hour there is not", "quiet_hours", { from: "24:00", until: "08:00" }, "parameters.from"],
  ["minutes as a number", "quiet_hours", { from: "1260", until: "08:00" }, "parameters.from"],
  ["quiet hours without an end", "quiet_hours", { from: "08:00", until: "08:00" }, "parameters.until"],
  ["no way of consent", "missing_consent", {}, "parameters.methods"],
  ["a way of consent there is not", "missing_consent", { methods: ["website_form", "telepathy"] }, "parameters.methods"],
])("the form does not take %s, and says so beside the field", (_what, rule, parameters, path) => {
  const parsed = parse(rule, parameters);
  expect(parsed.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  if (!path.endsWith("until")) expect(parsed.error?.issues[0]?.message).toBe(boundsInWords(of(rule, path.split(".")[1]!)));
});

test("every fault of a form is told at once", () => {
  expect(parse("spacing", { hours: "0" }, { mode: "loud", reason: "" }).error?.issues.map((issue) => issue.path.join("."))).toEqual(["mode", "parameters.hours", "reason"]);
});
test("a reason is more than a word", () => expect(parse("after_opt_out", {}, { reason: "So." }).success).toBe(false));

test.each([
  ["2199-12-31", true],
  ["2200-01-01", false],
  ["9999-12-31", false],
])("an exemption to the end of %s: %s", (lastDay, taken) =>
  expect(exemptAccountSchema.safeParse({ platformKey: "customerflows", rule: "spacing", account: "a-1", lastDay, reason: "They send for the fire brigade." }).success).toBe(taken));
