import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { severities } from "../policy/severity";
import { pointsOf, priorityOf, shownPriority, type Weighed } from "./priority";

const now = DateTime.fromISO("2026-11-20T21:00:00Z", { zone: "utc" });
const fresh: Weighed = { severity: "medium", reportCount: 1, signalCount: 0, escalated: false, openedAt: now };

test.each<[string, Partial<Weighed>, Partial<Weighed>]>([
  ["graver before lesser", { severity: "high" }, { severity: "medium", reportCount: 30 }],
  ["more reports before fewer", { reportCount: 2 }, { reportCount: 1 }],
  ["a person's report before a machine's signal", { reportCount: 1, signalCount: 0 }, { reportCount: 0, signalCount: 3 }],
  ["older before newer", { openedAt: now.minus({ hours: 2 }) }, {}],
  ["escalated before the next severity", { escalated: true }, { severity: "high" }],
  ["a low case after 61 days before a fresh critical one", { severity: "low", openedAt: now.minus({ days: 61 }) }, { severity: "critical" }],
  ["a fresh critical case before a low one of 59 days", { severity: "critical" }, { severity: "low", openedAt: now.minus({ days: 59 }) }],
])("%s", (_why, first, second) => {
  expect(priorityOf({ ...fresh, ...first })).toBeGreaterThan(priorityOf({ ...fresh, ...second }));
});

const cases = fc.record({
  severity: fc.constantFrom(...severities),
  reportCount: fc.nat(10_000),
  signalCount: fc.nat(10_000),
  escalated: fc.boolean(),
  openedAt: fc.integer({ min: 0, max: 50_000 }).map((hours) => now.minus({ hours })),
});

test("the shown score is the points plus the hours waited, whenever it is looked at", () => {
  fc.assert(
    fc.property(cases, fc.nat(10_000), (weighed, later) => {
      const then = now.plus({ hours: later });
      const waited = then.diff(weighed.openedAt, "hours").hours;
      expect(shownPriority(priorityOf(weighed), then)).toBe(pointsOf(weighed) + waited);
    }),
  );
});

test("a further report or signal never lowers a case, and the score fits the column", () => {
  fc.assert(
    fc.property(cases, (weighed) => {
      const before = priorityOf(weighed);
      expect(priorityOf({ ...weighed, reportCount: weighed.reportCount + 1 })).toBeGreaterThanOrEqual(before);
      expect(priorityOf({ ...weighed, signalCount: weighed.signalCount + 1 })).toBeGreaterThanOrEqual(before);
      expect(Math.abs(before)).toBeLessThan(2 ** 31);
    }),
  );
});
