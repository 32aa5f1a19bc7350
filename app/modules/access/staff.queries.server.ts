import type { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import { roles, type Role } from "./permissions";

export type StaffStanding = "active" | "invited" | "invite_expired" | "disabled";

/** Everybody who has or had access, by name: a team is small enough for one page. */
export async function listStaff(db: Db, now: DateTime) {
  const rows = await db.staff.findMany({
    orderBy: [{ name: "asc" }, { id: "asc" }],
    select: {
      id: true, name: true, email: true, roles: true, demo: true, disabledAt: true, passwordHash: true, totpEnrolledAt: true, inviteExpiresAt: true,
      sessions: {
        where: { revokedAt: null, expiresAt: { gt: now.toJSDate() }, verifiedAt: { not: null } },
        orderBy: { lastSeenAt: "desc" },
        select: { lastSeenAt: true },
      },
    },
  });
  return rows.map(({ passwordHash, inviteExpiresAt, disabledAt, sessions, totpEnrolledAt, ...row }) => ({
    ...row,
    roles: roles.filter((role): role is Role => row.roles.includes(role)),
    secondFactor: totpEnrolledAt !== null,
    standing: standingOf({ disabledAt, passwordHash, inviteExpiresAt }, now),
    sessions: sessions.length,
    lastSeenAt: sessions[0]?.lastSeenAt.toISOString() ?? null,
  }));
}

export type StaffRow = Awaited<ReturnType<typeof listStaff>>[number];

function standingOf(
  row: { disabledAt: Date | null; passwordHash: string | null; inviteExpiresAt: Date | null },
  now: DateTime,
): StaffStanding {
  if (row.disabledAt) return "disabled";
  if (row.passwordHash) return "active";
  return row.inviteExpiresAt && row.inviteExpiresAt > now.toJSDate() ? "invited" : "invite_expired";
}

/** A person's open sessions, the last used first. */
export async function listSessions(db: Db, staffId: string, now: DateTime) {
  const rows = await db.session.findMany({
    where: { staffId, revokedAt: null, expiresAt: { gt: now.toJSDate() } },
    orderBy: { lastSeenAt: "desc" },
    select: { id: true, createdAt: true, lastSeenAt: true, expiresAt: true, userAgent: true, verifiedAt: true },
  });
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    device: deviceOf(row.userAgent),
    complete: row.verifiedAt !== null,
  }));
}

const browsers = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const systems = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS X", "macOS"], ["Linux", "Linux"]] as const;

/** "Firefox on Windows": enough for a person to know their own. */
function deviceOf(userAgent: string | null): string {
  const named = (table: readonly (readonly [string, string])[]) => table.find(([mark]) => userAgent?.includes(mark))?.[1];
  const browser = named(browsers);
  const system = named(systems);
  if (!browser && !system) return "Unknown browser";
  return system ? `${browser ?? "A browser"} on ${system}` : browser!;
}

/** How many recovery codes a person has left. */
export async function recoveryCodesLeft(db: Db, staffId: string): Promise<number> {
  const row = await db.staff.findUnique({ where: { id: staffId }, select: { recoveryHashes: true } });
  return row?.recoveryHashes.length ?? 0;
}

/** Names of people by their ids, whether or not they still have access. */
export async function namesOfStaff(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const people = await db.staff.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } });
  return new Map(people.map(({ id, name }) => [id, name]));
}
