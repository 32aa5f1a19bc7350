import { expect, test } from "vitest";
import { compareSections, freeCode, isClauseCode } from "./clause-code";

test.each([
  ["CF-AUP-3.1.b", true],
  ["CF-AUP-3", true],
  ["CF-AUP-12.4.2.ab", true],
  ["CF-AUP-3.1.B", false],
  ["CF-AUP-3.1.abc", false],
  ["CF-AUP-0.1", false],
  ["CF-AUP-3.1.b ", false],
  ["XP-AUP-3.1.b", false],
  ["CF-AUP-", false],
  ["CF-AUP-3.1.b#x", false],
])("%s is a code of CF-AUP: %s", (code, expected) => expect(isClauseCode("CF-AUP", code)).toBe(expected));

const lettersOf = (section: string) => [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => `P-${section}.${letter}`);
test.each([
  ["the first letter of a new section", [], "P-4.a"],
  ["the first that nobody had", ["P-4.a", "P-4.c"], "P-4.b"],
  ["two letters when the alphabet is used up", lettersOf("4"), "P-4.aa"],
])("%s", (_what, taken, expected) => {
  expect(freeCode("P", "4", new Set(taken))).toBe(expected);
  expect(isClauseCode("P", expected)).toBe(true);
});

test("sections stand in the order of their numbers, not of their letters", () => {
  const sections = ["3.10", "12", "3.9", "3", "4.1.2", "3.2", "4.1", "3.9"];
  expect(sections.sort(compareSections)).toEqual(["3", "3.2", "3.9", "3.9", "3.10", "4.1", "4.1.2", "12"]);
});
