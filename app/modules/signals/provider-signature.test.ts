import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isSignedByTwilio, isSignedByWhatsApp } from "./provider-signature.server";

/** The example that Twilio publishes. */
const url = "https://example.com/myapp.php?foo=1&bar=2";
const fields = new URLSearchParams({ CallSid: "CA1234567890ABCDE", Caller: "+14158675310", Digits: "1234", From: "+14158675310", To: "+18005551212" });
const sign = (text: string) => createHmac("sha1", "12345").update(text).digest("base64");

test("Twilio's published example is signed", () => {
  expect(isSignedByTwilio("12345", url, fields, "L/OH5YylLD5NRKLltdqwSvS0BnU=")).toBe(true);
  expect(isSignedByTwilio("12346", url, fields, "L/OH5YylLD5NRKLltdqwSvS0BnU=")).toBe(false);
  expect(isSignedByTwilio("12345", `${url}&`, fields, "L/OH5YylLD5NRKLltdqwSvS0BnU=")).toBe(false);
});

test.each([
  ["the usual port written out", "https://example.com/a", "https://example.com:443/a", {}],
  ["the usual port of http", "http://example.com/a", "http://example.com:80/a", {}],
  ["a port of its own", "https://example.com:8443/a", "https://example.com:8443/a", {}],
])("%s is the same address", (_what, called, signed, more) => {
  expect(isSignedByTwilio("12345", called, new URLSearchParams(more), sign(signed))).toBe(true);
});

test("a name that comes twice counts once for each value", () => {
  const twice = new URLSearchParams([["b", "2"], ["a", "2"], ["a", "1"], ["a", "2"]]);
  expect(isSignedByTwilio("12345", "https://example.com/", twice, sign("https://example.com/a1a2b2"))).toBe(true);
});

test.each([undefined, "", "x", "L/OH5YylLD5NRKLltdqwSvS0BnU", "=".repeat(28)])("the header %j is no signature", (header) => {
  expect(isSignedByTwilio("12345", url, fields, header)).toBe(false);
  expect(isSignedByWhatsApp("12345", Buffer.from("{}"), header)).toBe(false);
});
