import { expect, test } from "vitest";
import { summaryOf } from "./error-summary";

test("the errors of the form come first, then those of its fields as they are named", () => {
  expect(summaryOf({ errors: ["Not now."] }, { url: { id: "f-url", errors: ["Not there."] }, name: { id: "f-name" } })).toEqual([
    { id: null, errors: ["Not now."] },
    { id: "f-url", errors: ["Not there."] },
    { id: "f-name", errors: [] },
  ]);
});

test("fields that answer to any name, as a form gives them, are refused instead of shown as none", () => {
  const fields = new Proxy<Record<string, { id: string; errors: string[] }>>({}, { get: (_target, name) => ({ id: String(name), errors: ["Wrong."] }) });
  expect(() => summaryOf({}, fields)).toThrow(RangeError);
});
