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

interface SessionRow {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  verifiedAt: Date | null;
  revokedAt: Date | null;
  staffId: string;
  name: string;
  email: string;
  roles: string[];
  demo: boolean;
  disabledAt: Date | null;
  totpEnrolledAt: Date | null;
}

/** The session behind a token with its person, in one round trip: every page of the console begins with it. */
export async function findSession(db: Db | Tx, crypto: FieldCrypto, token: string) {
  if (!tokenShape.test(token)) return null;
  const [row] = await db.$queryRaw<SessionRow[]>`
    SELECT s.id, s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt", s.verified_at AS "verifiedAt",
           s.revoked_at AS "revokedAt", p.id AS "staffId", p.name, p.email, p.roles, p.demo, p.disabled_at AS "disabledAt",
           p.totp_enrolled_at AS "totpEnrolledAt"
      FROM session s JOIN staff p ON p.id = s.staff_id
     WHERE s.token_hash = ${crypto.lookup(token, "session")}`;
  if (!row) return null;
  const { name, email, roles, demo, disabledAt, totpEnrolledAt } = row;
  return {
    id: row.id,
    staff: { id: row.staffId, name, email, roles, demo, disabledAt, totpEnrolledAt },
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
