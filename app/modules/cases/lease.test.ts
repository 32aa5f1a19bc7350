import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { claim, holderAt, type Lease, leaseMinutes, reassign, release, renew } from "./lease";

const now = DateTime.fromISO("2026-11-20T21:00:00Z", { zone: "utc" });
const held = (holderId: string, minutesLeft: number): Lease => ({ holderId, expiresAt: now.plus({ minutes: minutesLeft }) });
const full = now.plus({ minutes: leaseMinutes });

test.each<[string, Lease | null, string | null]>([
  ["nobody", null, null],
  ["the holder until the lease ends", held("ana", 1), "ana"],
  ["nobody from the instant it ends", held("ana", 0), null],
])("a case is held by %s", (_why, lease, holder) => {
  expect(holderAt(lease, now)).toBe(holder);
});

test.each<[string, Lease | null, boolean]>([
  ["free", null, true],
  ["one's own", held("ana", 5), true],
  ["somebody else's", held("ben", 5), false],
  ["somebody else's, run out", held("ben", 0), true],
])("claiming a case that is %s", (_why, lease, granted) => {
  const claimed = claim(lease, "ana", now);
  expect(claimed.ok).toBe(granted);
  if (claimed.ok) expect(claimed.lease).toEqual({ holderId: "ana", expiresAt: full });
});

test.each<[string, Lease | null, boolean]>([
  ["alive", held("ana", 5), true],
  ["run out, not taken", held("ana", -600), true],
  ["taken by somebody else", held("ben", 5), false],
  ["given back", null, false],
])("renewing a lease that is %s", (_why, lease, granted) => {
  const renewed = renew(lease, "ana", now);
  expect(renewed.ok).toBe(granted);
  if (renewed.ok) expect(+renewed.lease.expiresAt).toBe(+full);
});

test("only the holder releases", () => {
  expect(release(held("ana", 5), "ana")).toEqual({ ok: true, lease: null });
  expect(release(held("ben", 5), "ana").ok).toBe(false);
  expect(release(null, "ana").ok).toBe(false);
});

test("a lead gives a case to somebody or back to the queue", () => {
  expect(reassign("ben", now)).toEqual({ holderId: "ben", expiresAt: full });
  expect(reassign(null, now)).toBeNull();
});
