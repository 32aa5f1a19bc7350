import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agreementByChannel, agreementByClause, agreementOf, cohensKappa, overturnRates, rate, type ReviewedSample } from "./agreement";

const rounded = (value: number | null | undefined) => (value == null ? value : Math.round(value * 1_000) / 1_000);

describe("Cohen's kappa", () => {
  // Worked out apart from this code: the interval by the delta method, with kappa differentiated numerically. The first is the usual textbook table.
  test.each([
    ["the textbook's 50", [[20, 5], [10, 15]], 0.4, 0.151, 0.649],
    ["same agreement, other margins", [[45, 15], [25, 15]], 0.13, -0.063, 0.324],
    ["full agreement", [[12, 0], [0, 8]], 1, 1, 1],
    ["agreement by chance alone", [[25, 25], [25, 25]], 0, -0.196, 0.196],
    ["full disagreement", [[0, 10], [10, 0]], -1, -1, -1],
    ["three categories", [[10, 2, 0], [1, 12, 3], [0, 2, 10]], 0.697, 0.507, 0.887],
  ])("%s", (_why, table, kappa, low, high) => {
    const found = cohensKappa(table) as { kappa: number; low: number; high: number };
    expect([found.kappa, found.low, found.high].map((value) => rounded(value)! + 0)).toEqual([kappa, low, high]);
  });

  test.each([
    ["nothing compared", [[0, 0], [0, 0]], "none"],
    ["both always said yes", [[9, 0], [0, 0]], "one_category"],
    ["both always said no", [[0, 0], [0, 1]], "one_category"],
  ] as const)("is undefined: %s", (_why, table, why) => expect(cohensKappa(table)).toMatchObject({ kappa: null, why }));

  test("one comparison has no interval", () => expect(cohensKappa([[0, 1], [0, 0]])).toMatchObject({ n: 1, kappa: 0, low: null, high: null }));
  test("a table that is not square is refused", () => expect(() => cohensKappa([[1, 2]])).toThrow(RangeError));

  test("lies within its interval, between -1 and 1, and does not care who came first", () => {
    const tables = fc.integer({ min: 2, max: 4 }).chain((size) => fc.array(fc.array(fc.nat(40), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(tables, (table) => {
        const found = cohensKappa(table);
        if (found.kappa === null) return;
        expect(found.kappa).toBeGreaterThanOrEqual(-1 - 1e-9);
        expect(found.kappa).toBeLessThanOrEqual(1 + 1e-9);
        if (found.low !== null && found.high !== null) {
          expect(found.low).toBeLessThanOrEqual(found.kappa + 1e-9);
          expect(found.high).toBeGreaterThanOrEqual(found.kappa - 1e-9);
        }
        const turned = cohensKappa(table.map((_, row) => table.map((line) => line[row]!)));
        expect(turned.kappa).toBeCloseTo(found.kappa, 9);
      }),
    );
  });
});

test.each([
  [0, 0, null, null, null],
  [0, 10, 0, 0, 0.278],
  [10, 10, 1, 0.722, 1],
  [5, 10, 0.5, 0.237, 0.763],
  [15, 50, 0.3, 0.191, 0.438],
])("Wilson's interval of %i of %i", (count, of, share, low, high) => {
  const found = rate(count, of);
  expect([found.share, rounded(found.low), rounded(found.high)]).toEqual([share, low, high]);
});

test("more than all is no share", () => expect(() => rate(2, 1)).toThrow(RangeError));

const sample = (channel: ReviewedSample["channel"], original: string[], second: string[], rungs: [number | null, number | null] = [1, 1]): ReviewedSample => ({
  channel,
  original: { outcome: original.length > 0 ? "violation" : "no_violation", clauses: original, rung: original.length > 0 ? rungs[0] : null },
  second: { outcome: second.length > 0 ? "violation" : "no_violation", clauses: second, rung: second.length > 0 ? rungs[1] : null },
});
const samples = [sample("form", ["A"], ["A"]), sample("form", ["A", "B"], ["B", "A"], [2, 3]), sample("api", ["A"], []), sample("signal", [], []), sample("signal", ["B"], ["A"])];

test("agreement counts outcomes over all, clauses and rungs over those both found in breach", () => {
  const found = agreementOf(samples);
  expect([found.outcome, found.clauses, found.rung].map(({ count, of }) => [count, of])).toEqual([[4, 5], [2, 3], [2, 3]]);
  expect(rounded(found.kappa.kappa)).toBe(0.545);
  expect(agreementByChannel(samples).map(({ channel, agreement }) => [channel, agreement.outcome.count, agreement.outcome.of])).toEqual([["form", 2, 2], ["email", 0, 0], ["api", 0, 1], ["signal", 2, 2], ["staff", 0, 0]]);
});

test("a clause agrees where both named it, out of where either did", () => {
  expect(agreementByClause(samples).map(({ clause, named, agreed }) => [clause, named, agreed.count, agreed.of])).toEqual([["A", 4, 2, 4], ["B", 2, 1, 2]]);
});

test("overturn rates name what they divide by", () => {
  const [spam, none] = overturnRates([
    { key: "spam", decisions: 40, appealed: 10, ruled: 8, overturned: 2, modified: 1 },
    { key: "none", decisions: 3, appealed: 0, ruled: 0, overturned: 0, modified: 0 },
  ]);
  expect([spam!.appealed, spam!.overturned, spam!.changed].map(({ count, of }) => [count, of])).toEqual([[10, 40], [2, 8], [3, 8]]);
  expect(none!.overturned.share).toBeNull();
});
