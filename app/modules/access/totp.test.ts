import { DateTime } from "luxon";
import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import { acceptedStep, newTotpSecret, totpUri } from "./totp";

/** RFC 6238, appendix B: the ASCII secret "12345678901234567890"; last six of its eight digits. */
const rfcSecret = Secret.fromUTF8("12345678901234567890").base32;
const at = (seconds: number) => DateTime.fromSeconds(seconds, { zone: "utc" });

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("agrees with the RFC's table at %i s", (seconds, code) => {
  expect(acceptedStep(rfcSecret, code, at(seconds), null)).toBe(Math.floor(seconds / 30));
});

const now = at(1_800_000_015);
const step = 60_000_000;
const codeOf = (offset: number) => new TOTP({ secret: Secret.fromBase32(rfcSecret) }).generate({ timestamp: (step + offset) * 30_000 });

test.each([
  ["two steps ago", -2, null, null],
  ["one step ago", -1, null, step - 1],
  ["now", 0, null, step],
  ["one step ahead", 1, null, step + 1],
  ["two steps ahead", 2, null, null],
  ["now, but this step was used", 0, step, null],
  ["one step ago, after the current one was used", -1, step, null],
  ["now, after the one before was used", 0, step - 1, step],
])("a code of %s", (_why, offset, lastUsed, accepted) => {
  expect(acceptedStep(rfcSecret, codeOf(offset), now, lastUsed)).toBe(accepted);
});

test.each(["", "12345", "1234567", "abcdef", "１２３４５６", "000000\u0000"])("refuses %j", (code) => {
  expect(acceptedStep(rfcSecret, code, now, null)).toBeNull();
});

test("spaces as apps show them are fine", () => {
  const code = codeOf(0);
  expect(acceptedStep(rfcSecret, ` ${code.slice(0, 3)} ${code.slice(3)} `, now, null)).toBe(step);
});

test("a new secret has 160 bits and its address names issuer and person", () => {
  const secret = newTotpSecret();
  expect(Secret.fromBase32(secret).bytes).toHaveLength(20);
  expect(newTotpSecret()).not.toBe(secret);
  const uri = new URL(totpUri(secret, { email: "ana@example.com" }, "Trust & Safety"));
  expect(uri.protocol).toBe("otpauth:");
  expect(decodeURIComponent(uri.pathname)).toContain("Trust & Safety:ana@example.com");
  expect(uri.searchParams.get("secret")).toBe(secret);
});
