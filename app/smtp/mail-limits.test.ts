import { expect, test } from "vitest";
import { createMailLimits } from "./mail-limits";

test("a network has so many connections at once, and those it ended make room", () => {
  const limits = createMailLimits({ clients: 2, perMinute: 0 });
  expect([limits.enter("a"), limits.enter("a"), limits.enter("a"), limits.enter("b")]).toEqual([true, true, false, true]);
  limits.leave("a");
  limits.leave("a");
  expect(limits.enter("a")).toBe(true);
});

test("a network sends so many mails a minute", () => {
  const limits = createMailLimits({ clients: 0, perMinute: 2 });
  expect([0, 10, 20].map((ms) => limits.mail("a", ms))).toEqual([true, true, false]);
  expect(limits.mail("b", 20)).toBe(true);
  expect(limits.mail("a", 59_999)).toBe(false);
  expect(limits.mail("a", 60_000)).toBe(true);
});

test("no limit is none", () => {
  const limits = createMailLimits({ clients: 0, perMinute: 0 });
  for (let n = 0; n < 1_000; n += 1) expect(limits.enter("a") && limits.mail("a", n)).toBe(true);
});
