import { expect, test } from "vitest";
import { parseDuration } from "./duration";

const hour = 3_600_000;

test.each([
  ["31d", 31 * 24 * hour],
  ["1d12h", 36 * hour],
  ["90m", 1.5 * hour],
  ["45s", 45_000],
  ["1d1h1m1s", 25 * hour + 61_000],
])("%s is a span", (text, millis) => {
  expect(parseDuration(text)?.toMillis()).toBe(millis);
});

test.each(["", "0d", "0d0h", "31", "d", "-1d", "+1d", "1.5d", " 1d", "1d ", "1 d", "1D", "1w", "12h1d", "1d1d", "99999999d", "P1D", "1d\n"])(
  "%j is refused",
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);
