import { expect, test } from "vitest";
import { fillFacts, unknownPlaceholders } from "./fill-facts";

const values = { business: "Redrock {day} Bikes", day: "18 November 2026", reports: "3" };

test.each([
  ["On {day}, {business} was reported {reports} times.", "On 18 November 2026, Redrock {day} Bikes was reported 3 times."],
  ["{toString} and {constructor} stay", "{toString} and {constructor} stay"],
  ["nothing to fill", "nothing to fill"],
])("%s", (text, filled) => {
  expect(fillFacts(text, values)).toBe(filled);
});

test("names what it does not know", () => {
  expect(unknownPlaceholders("{business} {reporter} {DAY} {}")).toEqual(["reporter", "DAY"]);
});
