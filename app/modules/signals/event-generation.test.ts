import fc from "fast-check";
import { expect, test } from "vitest";
import { generationsAt } from "./event-generation";

const week = 7 * 24 * 3_600_000;
const start = 2_900 * week;

test.each([
  ["in its first minutes a week is written beside the one before", 9 * 60_000, { write: [2_899, 2_900], known: null }],
  ["for three days ids of the week before are looked for", 11 * 60_000, { write: [2_900], known: 2_899 }],
  ["until nothing from before can come any more", 73 * 3_600_000, { write: [2_900], known: null }],
  ["in its last minutes the next is written as well, for whose clock is ahead", week - 60_000, { write: [2_900, 2_901], known: null }],
])("%s", (_why, age, generations) => {
  expect(generationsAt(start + age)).toEqual(generations);
});

test("whoever repeats an id within 72 hours, by a clock up to five minutes off, meets it", () => {
  const minute = 60_000;
  fc.assert(
    fc.property(fc.nat(2 * week), fc.integer({ min: -5 * minute, max: 72 * 60 * minute }), (at, later) => {
      const [first, second] = [generationsAt(start + at), generationsAt(start + at + later)];
      const meets = second.write.some((one) => first.write.includes(one)) || (second.known !== null && first.write.includes(second.known)) || (later < 0 && first.known !== null && second.write.includes(first.known));
      expect(meets).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
