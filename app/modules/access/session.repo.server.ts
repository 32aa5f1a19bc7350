import { randomBytes } from "node:crypto";
import { DateTime } from "luxon";
import type { FieldCrypto } from "~/infra/crypto.server";
import type { Db, Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { sessionEndsAt } from "./session";

const tokenBytes = 32;
const tokenShape = /^[A-Za-z0-9_-]{43}$/;
const instant = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" });

/**
 * Opens a session under a fresh random id of 256 bits. The database keeps a keyed hash alone: who reads the table
 * cannot use what it holds.
 *
 * @returns the token for the cookie; it exists nowhere else
 */
export async function insertSession(
  tx: Tx,
  crypto: FieldCrypto,
  session: { staffId: string; verified: boolean; userAgent: string | null; now: DateTime },
): Promise<{ id: string; token: string }> {
  const token = randomBytes(tokenBytes).toString("base64url");
  const id = newId();
  const at = session.now.toJSDate();
  await tx.session.create({
    data: {
      id,
      tokenHash: crypto.lookup(token, "session"),
      staffId: session.staffId,
      createdAt: at,
      lastSeenAt: at,
      expiresAt: sessionEndsAt(session.now, session.verified).toJSDate(),
      verifiedAt: session.verified ? at : null,
      userAgent: session.userAgent?.slice(0, 300) ?? null,
    },
  });
  return { id, token };
}

export async function findSession(db: Db | Tx, crypto: FieldCrypto, token: string) {
  if (!tokenShape.test(token)) return null;
  const row = await db.session.findUnique({ where: { tokenHash: crypto.lookup(token, "session") }, include: { staff: true } });
  if (!row) return null;
  return {
    id: row.id,
    staff: row.staff,
    createdAt: instant(row.createdAt),
    lastSeenAt: instant(row.lastSeenAt),
    expiresAt: instant(row.expiresAt),
    verifiedAt: row.verifiedAt && instant(row.verifiedAt),
    revokedAt: row.revokedAt && instant(row.revokedAt),
  };
}

export async function touchSession(db: Db, id: string, now: DateTime): Promise<void> {
  await db.session.updateMany({ where: { id, revokedAt: null, lastSeenAt: { lt: now.toJSDate() } }, data: { lastSeenAt: now.toJSDate() } });
}

/** @returns how many were still open */
export async function revokeSessionsOf(tx: Tx, staffId: string, now: DateTime, which: { only?: string; except?: string } = {}): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { staffId, revokedAt: null, expiresAt: { gt: now.toJSDate() }, id: { equals: which.only, not: which.except } },
    data: { revokedAt: now.toJSDate() },
  });
  return count;
}
