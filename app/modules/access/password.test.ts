import { expect, test } from "vitest";
import { namesItsOwner, newPassword } from "./password";
import { hashPassword, needsRehash, passwordMatches } from "./password.server";
import { normaliseRecoveryCode, recoveryCodeCount, recoveryCodesFrom } from "./recovery-codes";

test.each([
  ["correct horse battery", true],
  ["elevenchars", false],
  ["aaaaaaaaaaaaaaaa", false],
  ["pässwörter sind länger", true],
  ["x".repeat(50) + "y".repeat(151), false],
])("the password %j is acceptable: %s", (password, fine) => {
  expect(newPassword.safeParse(password).success).toBe(fine);
});

test.each([
  ["marta-2026-sommer", true],
  ["Okonkwo-okonkwo", true],
  ["a long sentence that just happens to hold marta", false],
  ["river stone lantern", false],
])("%j names its owner: %s", (password, does) => {
  expect(namesItsOwner(password, { email: "marta@example.com", name: "Marta Okonkwo" })).toBe(does);
});

test("argon2id, verified in either Unicode form, and nobody matches nothing", async () => {
  const stored = await hashPassword("caf\u00e9 au lait, s'il vous pla\u00eet");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwordMatches(stored, "cafe\u0301 au lait, s'il vous plai\u0302t")).toBe(true);
  expect(await passwordMatches(stored, "cafe au lait, s'il vous plait")).toBe(false);
  expect(await passwordMatches(null, "anything at all")).toBe(false);
  expect(needsRehash(stored)).toBe(false);
  expect(needsRehash(stored.replace("m=19456,t=2", "m=4096,t=3"))).toBe(true);
});

test("recovery codes are ten, different, and read back however they are typed", () => {
  const codes = recoveryCodesFrom(crypto.getRandomValues(new Uint8Array(200)));
  expect(new Set(codes).size).toBe(recoveryCodeCount);
  for (const code of codes) {
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}$/);
    expect(normaliseRecoveryCode(` ${code.toLowerCase().replace("-", " ")} `)).toBe(code.replace("-", ""));
  }
  expect(normaliseRecoveryCode("OOOOO-00000")).toBeNull();
  expect(() => recoveryCodesFrom(new Uint8Array(20))).toThrow(/randomness/);
});
