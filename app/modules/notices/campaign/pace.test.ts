import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowance, giveTurns, rateAfter, secondsFor, sendingSeconds, type Limit, type Turns } from "./pace";

const hour: Limit = { perSecond: 16, warmUpMinutes: 60 };

describe("warming up", () => {
  test.each([
    [0, 1],
    [899, 1],
    [900, 2],
    [2_699, 2],
    [2_700, 4],
    [6_300, 8],
    [13_499, 8],
    [13_500, 16],
    [1_000_000, 16],
  ])("after %i messages it goes at %i a second", (granted, rate) => expect(rateAfter(granted, hour)).toBe(rate));

  test("without it the rate is full from the first message", () => expect(rateAfter(0, { perSecond: 16, warmUpMinutes: 0 })).toBe(16));

  test.each([
    ["the four steps take the time they are given", 13_500, 0, 3_600],
    ["then it is full", 13_500 + 160, 0, 3_610],
    ["from the middle on", 160, 13_500, 10],
    ["nothing takes no time", 0, 500, 0],
  ])("%s", (_what, messages, granted, seconds) => expect(secondsFor(messages, granted, hour)).toBeCloseTo(seconds, 6));

  test("the slowest limit decides how long a campaign takes", () => {
    const pace = { ratePerSecond: 100, domainPerSecond: 10, warmUpMinutes: 0 };
    expect(sendingSeconds({ messages: 10_000, largestShare: 0.05 }, pace)).toBe(100);
    expect(sendingSeconds({ messages: 10_000, largestShare: 0.6 }, pace)).toBe(600);
  });
});

const limits = fc.record({ perSecond: fc.integer({ min: 1, max: 500 }), warmUpMinutes: fc.integer({ min: 0, max: 5 }) });

describe("turns", () => {
  test("in no time are there more than the rate lets go, whoever asks how often for how many, and after whatever stall", () => {
    const asks = fc.array(fc.record({ waitMs: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 60_000 })), count: fc.integer({ min: 0, max: 60 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(limits, asks, (limit, steps) => {
        let [state, now]: [Turns, number] = [{ granted: 0, freeAt: 0 }, 0];
        const sent: number[] = [];
        for (const { waitMs, count } of steps) {
          now += waitMs;
          const { turns, after } = giveTurns(state, count, now, limit);
          state = after;
          sent.push(...turns.map((turn) => Math.max(turn, now)));
        }
        sent.sort((a, b) => a - b);
        for (let from = 0; from < sent.length; from += 7)
          for (let to = from; to < sent.length; to += 5) {
            const most = limit.perSecond * ((sent[to]! - sent[from]!) / 1_000 + 1) + 1;
            expect(to - from + 1).toBeLessThanOrEqual(Math.ceil(most) + 1);
          }
      }),
    );
  });

  test("what may go at once is what has its turn by now", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: -5_000, max: 5_000 }), fc.integer({ min: 0, max: 200 }), (limit, granted, ahead, count) => {
        const now = 1_000_000;
        const state = { granted, freeAt: now + ahead };
        const { turns } = giveTurns(state, count, now, limit);
        const { allowed, after } = allowance(state, count, now, limit);
        expect(allowed).toBe(turns.filter((turn) => turn <= now).length);
        expect(after.granted).toBe(granted + allowed);
      }),
    );
  });
});
