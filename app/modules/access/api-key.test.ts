import { randomBytes } from "node:crypto";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { apiKeyFrom, apiKeyState, bearerKeyIn, looksLikeApiKey, prefixOf } from "./api-key";

const at = (iso: string) => DateTime.fromISO(iso, { zone: "utc" });
const key = apiKeyFrom(Buffer.alloc(32, 7));

test("a new key has its form and shows only its beginning", () => {
  for (let round = 0; round < 50; round++) expect(looksLikeApiKey(apiKeyFrom(randomBytes(32)))).toBe(true);
  expect(prefixOf(key)).toHaveLength(12);
  expect(key.startsWith(prefixOf(key))).toBe(true);
});

test.each([
  ["as documented", `Bearer ${key}`, key],
  ["scheme in any case", `bearer ${key}`, key],
  ["no header", undefined, null],
  ["another scheme", `Basic ${key}`, null],
  ["no scheme", key, null],
  ["too short", `Bearer ${key.slice(0, -1)}`, null],
  ["too long", `Bearer ${key}A`, null],
  ["something behind it", `Bearer ${key} x`, null],
  ["two keys", `Bearer ${key},${key}`, null],
])("bearer: %s", (_why, header, found) => {
  expect(bearerKeyIn(header)).toBe(found);
});

const now = at("2026-11-20T12:00:00Z");
test.each([
  ["no end", { expiresAt: null, revokedAt: null }, "live"],
  ["ends later", { expiresAt: at("2026-11-20T12:00:00.001Z"), revokedAt: null }, "live"],
  ["ends now", { expiresAt: now, revokedAt: null }, "expired"],
  ["revoked now", { expiresAt: null, revokedAt: now }, "revoked"],
  ["revoked and expired", { expiresAt: now, revokedAt: now }, "revoked"],
] as const)("state: %s", (_why, life, state) => {
  expect(apiKeyState(life, now)).toBe(state);
});
