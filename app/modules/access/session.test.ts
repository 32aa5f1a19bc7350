import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { needsTouch, safeNext, sessionEndsAt, sessionVerdict } from "./session";

const utc = (iso: string) => DateTime.fromISO(iso, { zone: "utc" });
const signedIn = utc("2026-11-20T08:00:00Z");
const session = { createdAt: signedIn, lastSeenAt: signedIn, expiresAt: sessionEndsAt(signedIn, true), revokedAt: null };

test.each([
  ["is live at once", {}, "2026-11-20T08:00:00Z", "live"],
  ["is live to the last second of the idle hour", {}, "2026-11-20T08:59:59Z", "live"],
  ["is idle after an hour", {}, "2026-11-20T09:00:00Z", "idle"],
  ["goes on while it is used", { lastSeenAt: utc("2026-11-20T19:30:00Z") }, "2026-11-20T19:59:59Z", "live"],
  ["ends after twelve hours of use", { lastSeenAt: utc("2026-11-20T19:59:00Z") }, "2026-11-20T20:00:00Z", "expired"],
  ["ends when revoked, whatever else", { revokedAt: utc("2026-11-20T08:01:00Z") }, "2026-11-20T08:01:00Z", "revoked"],
])("a session %s", (_why, change, now, verdict) => {
  expect(sessionVerdict({ ...session, ...change }, utc(now))).toBe(verdict);
});

test("a session without its second factor has fifteen minutes", () => {
  expect(sessionEndsAt(signedIn, false).toISO()).toBe("2026-11-20T08:15:00.000Z");
});

test.each([
  [59, false],
  [60, true],
])("a page read %i s after the last one writes lastSeenAt: %s", (seconds, writes) => {
  expect(needsTouch({ lastSeenAt: signedIn }, signedIn.plus({ seconds }))).toBe(writes);
});

test.each([
  ["/cases/CF-1?tab=a#b", "/cases/CF-1?tab=a#b"],
  ["/", "/"],
  [null, "/queue"],
  ["", "/queue"],
  ["https://evil.example/", "/queue"],
  ["//evil.example/", "/queue"],
  ["/\\evil.example/", "/queue"],
  ["/a\\b", "/queue"],
  ["/\t/evil.example", "/queue"],
  ["javascript:alert(1)", "/queue"],
  ["/sign-in?next=/sign-in", "/queue"],
  ["/sign-out", "/queue"],
  [`/${"a".repeat(600)}`, "/queue"],
])("after sign-in, %j leads to %s", (asked, leads) => {
  expect(safeNext(asked)).toBe(leads);
});
