import fc from "fast-check";
import { getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import examples from "libphonenumber-js/examples.mobile.json";
import { expect, test } from "vitest";
import { isGeographic } from "./geographic-number";
import { zonesOfNumber } from "./zones-of-number";

test.each([
  ["Wyoming", "+13075550142", ["America/Denver"]],
  ["New York", "+12124567890", ["America/New_York"]],
  ["Chicago", "+13125550142", ["America/Chicago"]],
  ["Phoenix, which has no summer time", "+16025550142", ["America/Phoenix"]],
  ["Honolulu", "+18085550142", ["Pacific/Honolulu"]],
  ["southern Idaho", "+12082210000", ["America/Denver"]],
  ["northern Idaho", "+12082150000", ["America/Los_Angeles"]],
  ["an Idaho prefix on both sides of the line", "+12083250000", ["America/Boise", "America/Los_Angeles"]],
  ["Toronto", "+14165550142", ["America/Toronto"]],
  ["Nova Scotia", "+19024567890", ["America/Halifax"]],
  ["Puerto Rico", "+17875550142", ["America/Puerto_Rico"]],
  ["a fixed line in Jamaica", "+18769281234", ["America/Jamaica"]],
  ["a fixed line in Berlin", "+4930123456", ["Europe/Berlin"]],
  ["a fixed line on the Canary Islands", "+34928123456", ["Atlantic/Canary"]],
  ["a Spanish mobile, which may be on the mainland or the islands", "+34612345678", ["Atlantic/Canary", "Europe/Madrid"]],
  ["a British mobile", "+447911123456", ["Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Jersey", "Europe/London"]],
  ["a fixed line in London", "+442083661177", ["Europe/London"]],
  ["a mobile of São Paulo, whose area code tells", "+5511987654321", ["America/Sao_Paulo"]],
  ["a mobile of Manaus", "+5592987654321", ["America/Manaus"]],
  ["Buenos Aires", "+541143211234", ["America/Buenos_Aires"]],
  ["Tijuana", "+526641234567", ["America/Tijuana"]],
  ["Sydney", "+61236618300", ["Australia/Sydney"]],
  ["the Chatham Islands", "+6433050123", ["Pacific/Chatham"]],
  ["India", "+919876543210", ["Asia/Calcutta"]],
  ["China", "+8613123456789", ["Asia/Shanghai"]],
  ["Japan", "+819012345678", ["Asia/Tokyo"]],
  ["Nigeria", "+2348021234567", ["Africa/Lagos"]],
  ["South Korea", "+82212345678", ["Asia/Seoul"]],
  ["Rome, whose leading zero belongs to the number", "+390612345678", ["Europe/Rome"]],
])("%s", (_where, number, zones) => {
  expect(zonesOfNumber(number)).toEqual(zones);
});

test.each([
  ["a mobile of Jamaica, a country by +1 alone,", "+18762101234", ["America/Jamaica", "America/Denver"]],
  ["an Australian mobile", "+61412345678", ["Australia/Perth", "Australia/Sydney"]],
  ["a Russian mobile", "+79161234567", ["Europe/Moscow", "Asia/Vladivostok"]],
  ["a toll-free number", "+18005550142", ["America/New_York", "Pacific/Honolulu"]],
  ["an Indonesian premium number", "+628091234567", ["Asia/Jakarta", "Asia/Jayapura"]],
])("%s may be anywhere in its country", (_what, number, some) => {
  expect(zonesOfNumber(number)).toEqual(expect.arrayContaining(some));
});

test.each([[""], ["+"], ["13075550142"], ["+1307555 0142"], ["+0123456789"], ["+99912345678"], ["+1307555014212345678"], ["+1３０７5550142"], ["raw:12"], ["+1307\n5550142"]])(
  "%j is no number, and lies nowhere",
  (text) => {
    expect(zonesOfNumber(text)).toEqual([]);
  },
);

test("every country's own example lies somewhere", () => {
  const nowhere = getCountries().filter((country) => zonesOfNumber(getExampleNumber(country, examples)!.number).length === 0);
  // Google's map has no zone for Kosovo's 383.
  expect(nowhere.filter((country) => country !== "XK")).toEqual([]);
});

test("a set of zones is one frozen array", () => {
  expect(zonesOfNumber("+13075550142")).toBe(zonesOfNumber("+13075559999"));
  expect(() => (zonesOfNumber("+13075550142") as string[]).push("UTC")).toThrow(TypeError);
});

test("a number names a place exactly when libphonenumber's kind of it does", () => {
  const placedMobiles = new Set(["52", "54", "55", "62", "86"]);
  const number = fc.constantFrom(...getCountries()).chain((country) => {
    const example = getExampleNumber(country, examples)!.nationalNumber;
    return fc
      .tuple(fc.integer({ min: 0, max: 6 }), fc.array(fc.integer({ min: 0, max: 9 }), { minLength: example.length, maxLength: example.length }))
      .map(([kept, digits]) => `+${getCountryCallingCode(country)}${example.slice(0, kept)}${digits.join("").slice(kept)}`);
  });
  fc.assert(
    fc.property(number, (e164) => {
      const parsed = parsePhoneNumberFromString(e164);
      fc.pre(parsed !== undefined && parsed.number === e164);
      const code = parsed!.countryCallingCode;
      const kind = parsed!.getType();
      const place = kind === "FIXED_LINE" || kind === "FIXED_LINE_OR_MOBILE" || (kind === "MOBILE" && placedMobiles.has(code));
      expect(isGeographic(code, e164.slice(1 + code.length))).toBe(place);
    }),
    { numRuns: 3_000 },
  );
});
