import { expect, test } from "vitest";
import { builtInViews, cursorText, filterQuery, isNarrowed, parseCursor, parseQueueAddress } from "./queue-filter";

const id = "01935d6e-0000-7000-8000-000000000001";
const filterOf = (query: string) => parseQueueAddress(new URLSearchParams(query)).filter;

test("an empty form field narrows nothing", () => {
  expect(isNarrowed(filterOf("state=&platform=&area=&severity=&holder="))).toBe(false);
});

test("what makes no sense is left out, the rest stays", () => {
  expect(filterOf("state=asleep&severity=high&platform=Robert');--&escalated=yes")).toEqual({ severity: "high" });
});

test("an area counts only with its platform", () => {
  expect(filterOf("area=spam")).toEqual({});
  expect(filterOf("area=spam&platform=customerflows")).toEqual({ area: "spam", platform: "customerflows" });
});

test.each(builtInViews)("the view $name survives its address", ({ filter }) => {
  expect(filterOf(filterQuery(filter))).toEqual(filter);
});

test("a place is read back as it was written", () => {
  expect(parseCursor(cursorText({ priority: 640_211, id }))).toEqual({ priority: 640_211, id });
  expect(parseCursor(cursorText({ priority: -5, id }))).toEqual({ priority: -5, id });
});

test.each([null, "", "12", `x.${id}`, `9999999999.${id}`, `12.${id}' OR 1=1`])("%s is no place", (text) => {
  expect(parseCursor(text)).toBeNull();
});

test("a page after wins over a page before", () => {
  const params = new URLSearchParams({ after: `5.${id}`, before: `9.${id}` });
  expect(parseQueueAddress(params).place).toEqual({ direction: "after", cursor: { priority: 5, id } });
});
