import { expect, test } from "vitest";
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
