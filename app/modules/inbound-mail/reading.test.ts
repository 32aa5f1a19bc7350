import { expect, test } from "vitest";
import { acknowledgedWords } from "./mail-reading";
import { shownReadingSchema } from "./reading.schema";

test.each<[unknown, object]>([
  [{ language: "es", suggestion: { area: "spam", because: ["stop"] }, links: 2 }, { language: "es", suggestion: { area: "spam", because: ["stop"] } }],
  [{ language: null, suggestion: null }, { language: null, suggestion: null }],
  [{ language: "en", suggestion: { area: "gone in this release", because: [] } }, { language: "en", suggestion: null }],
  [null, {}],
  ["nonsense", {}],
])("what was read is shown as far as it can be: %j", (stored, shown) => {
  expect(shownReadingSchema.parse(stored)).toEqual(shown);
});

test("who was not answered is told why", () => {
  expect(acknowledgedWords(true, {})).toBe("Yes");
  expect(acknowledgedWords(false, {})).toBe("No");
  expect(acknowledgedWords(false, { notAcknowledged: "list" })).toBe("No: it came by a mailing list");
  expect(acknowledgedWords(false, { notAcknowledged: "something new" })).toBe("No: something new");
});
