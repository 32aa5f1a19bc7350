import type { DateTime } from "luxon";
import { refuse, type Result } from "~/infra/result";

/** How long a claim holds without a sign of life. The case page renews it at a third of that. */
export const leaseMinutes = 15;
export const renewEverySeconds = (leaseMinutes * 60) / 3;

export interface Lease {
  holderId: string;
  expiresAt: DateTime;
}

/** Who holds a case now; a lease that ran out holds nothing. */
export const holderAt = (lease: Lease | null, now: DateTime): string | null =>
  lease && +now < +lease.expiresAt ? lease.holderId : null;

const granted = (holderId: string, now: DateTime): Lease => ({ holderId, expiresAt: now.plus({ minutes: leaseMinutes }) });

/** Claiming what nobody holds, or what one holds already. */
export function claim(lease: Lease | null, staffId: string, now: DateTime): Result<{ lease: Lease }, "case_held_by_other"> {
  const holder = holderAt(lease, now);
  return holder && holder !== staffId ? refuse("case_held_by_other") : { ok: true, lease: granted(staffId, now) };
}

/**
 * A sign of life. A lease that ran out while nobody took the case is renewed too: a laptop that slept loses nothing.
 */
export function renew(lease: Lease | null, staffId: string, now: DateTime): Result<{ lease: Lease }, "lease_missing"> {
  return lease?.holderId === staffId ? { ok: true, lease: granted(staffId, now) } : refuse("lease_missing");
}

/** Letting go of one's own claim. */
export function release(lease: Lease | null, staffId: string): Result<{ lease: null }, "lease_missing"> {
  return lease?.holderId === staffId ? { ok: true, lease: null } : refuse("lease_missing");
}

/** A lead gives the case to somebody, or (null) back to the queue, whoever held it. */
export const reassign = (toStaffId: string | null, now: DateTime): Lease | null => (toStaffId ? granted(toStaffId, now) : null);
