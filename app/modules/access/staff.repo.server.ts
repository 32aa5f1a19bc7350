import { randomBytes } from "node:crypto";
import type { DateTime } from "luxon";
import type { FieldCrypto } from "~/infra/crypto.server";
import type { Tx } from "~/infra/db.server";
import { roles, type Role } from "./permissions";

export const inviteDays = 7;

/** Locks a person's row until the transaction ends; null when there is none. */
export async function lockStaff(tx: Tx, staffId: string) {
  const locked = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM staff WHERE id = ${staffId}::uuid FOR UPDATE`;
  if (locked.length === 0) return null;
  const row = await tx.staff.findUniqueOrThrow({ where: { id: staffId } });
  return { ...row, roles: roles.filter((role): role is Role => row.roles.includes(role)), disabled: row.disabledAt !== null };
}

export type LockedStaff = NonNullable<Awaited<ReturnType<typeof lockStaff>>>;

/**
 * Locks everybody who could administer the console, so that two admins who remove each other at once cannot both
 * succeed. An invited admin who never set a password does not count: they cannot sign in yet.
 */
export async function countOtherAdmins(tx: Tx, staffId: string): Promise<number> {
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM staff
     WHERE 'admin' = ANY (roles) AND disabled_at IS NULL AND password_hash IS NOT NULL
     ORDER BY id FOR UPDATE`;
  return admins.filter(({ id }) => id !== staffId).length;
}

/** A one-time invitation: 256 random bits in the link, their keyed hash in the row. */
export function newInvite(crypto: FieldCrypto, now: DateTime) {
  const token = randomBytes(32).toString("base64url");
  return {
    token,
    columns: { inviteHash: crypto.lookup(token, "link"), inviteExpiresAt: now.plus({ days: inviteDays }).toJSDate() },
  };
}

export const inviteUrl = (publicUrl: string, token: string): string => `${publicUrl}/invite/${token}`;
