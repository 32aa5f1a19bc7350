import { expect, test } from "vitest";
import { everyBucket, latenessBounds, soonerThan } from "./lateness";

test("buckets without events are zeros, and those of several days add up", () => {
  expect(everyBucket([{ bucket: 0, events: 3 }, { bucket: 8, events: 1 }, { bucket: 0, events: 2 }])).toEqual([5, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test.each<[string, number[], number, number | null]>([
  ["nothing came", [0, 0, 0], 0.5, null],
  ["half of them at once", [50, 0, 50], 0.5, 1],
  ["one more is late", [49, 0, 51], 0.5, 60],
  ["99 of a hundred", [98, 1, 1], 0.99, 10],
  ["the slowest of all", [98, 1, 1], 1, 60],
  ["beyond the last bound", [0, 0, 0, 0, 0, 0, 0, 0, 7], 0.5, Infinity],
])("%s", (_what, events, share, expected) => {
  expect(soonerThan(events, share)).toBe(expected);
});

test("a bound is longer than the one before", () => {
  expect([...latenessBounds].sort((a, b) => a - b)).toEqual(latenessBounds);
});
