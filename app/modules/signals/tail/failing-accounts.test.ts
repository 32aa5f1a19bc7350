import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failingAccounts, mostOfShard } from "./failing-accounts";

const named = (count: number) => Array.from({ length: count }, (_, n) => `a${n}`);
const failingWith = (bad: readonly string[]) => {
  const trials: number[] = [];
  return { trials, goesWell: (ids: readonly string[]) => Promise.resolve((trials.push(ids.length), !ids.some((id) => bad.includes(id)))) };
};

describe("whose fault it is", () => {
  test.each([
    ["nobody's, when it does not happen again", 8, [], []],
    ["one account's", 500, ["a321"], ["a321"]],
    ["that of the only account there is", 1, ["a0"], ["a0"]],
    ["a few accounts'", 100, ["a0", "a50", "a99"], ["a0", "a50", "a99"]],
    ["everybody's, so nobody's", 4, named(4), []],
    ["that of more than are believed", 500, named(mostOfShard + 1), []],
  ])("%s", async (_what, count, bad, expected) => expect(await failingAccounts(named(count), failingWith(bad).goesWell)).toEqual(expected));

  test("nobody's, when it takes two of them", async () => {
    expect(await failingAccounts(named(10), (ids) => Promise.resolve(!(ids.includes("a2") && ids.includes("a8"))))).toEqual([]);
  });

  test("any few of many, with trials that grow by the logarithm", () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: mostOfShard + 1, max: 600 }), fc.uniqueArray(fc.nat(599), { minLength: 1, maxLength: mostOfShard }), async (count, places) => {
        const bad = [...new Set(places.map((place) => `a${place % count}`))];
        const { trials, goesWell } = failingWith(bad);
        expect(new Set(await failingAccounts(named(count), goesWell))).toEqual(new Set(bad));
        expect(trials.length).toBeLessThanOrEqual(2 + bad.length * 2 * Math.ceil(Math.log2(count)));
      }),
    ));
});
