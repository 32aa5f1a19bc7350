import { expect, test } from "vitest";
import { cookieValue, preferencesCookie, readPreferences } from "./preferences";

test("what is written is read back", () => {
  const set = preferencesCookie({ theme: "dark", shortcuts: false }, false);
  expect(readPreferences(`other=1; ${set.split(";")[0]}`)).toEqual({ theme: "dark", shortcuts: false });
});

test.each([null, "", "preferences", "preferences=%E0%A4%A", "preferences=theme%3Dpink%26shortcuts%3Dmaybe"])(
  "%s falls back to the system's theme and shortcuts on",
  (header) => {
    expect(readPreferences(header)).toEqual({ theme: "system", shortcuts: true });
  },
);

test("a cookie is found by its whole name", () => {
  expect(cookieValue("xpreferences=a; preferences=b=c", "preferences")).toBe("b=c");
});
