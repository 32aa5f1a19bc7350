import { expect, test } from "vitest";
import { barAt, barName } from "./health-chart";

test.each([
  ["the left end", 0, 0],
  ["the right end", 1, 9],
  ["beyond either end", -0.2, 0],
  ["beyond the other", 1.7, 9],
  ["the end of a bar", 0.1999, 1],
  ["the beginning of the next", 0.2, 2],
])("a point of the chart lies on a bar: %s", (_what, part, expected) => {
  expect(barAt(part, 10)).toBe(expected);
});

test("a bar is named by its day or its hour", () => {
  expect([barName("2026-11-20"), barName("2026-11-20T04")]).toEqual(["2026-11-20", "2026-11-20 04:00"]);
});
