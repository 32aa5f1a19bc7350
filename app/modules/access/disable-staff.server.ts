import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { may, type Actor } from "./actor";
import { revokeSessionsOf } from "./session.repo.server";
import { leavesNoAdmin } from "./staff";
import { countOtherAdmins, lockStaff } from "./staff.repo.server";

/** Shuts a person out at once: sessions end, an open invitation dies. What they decided stays theirs. */
export async function disableStaff(
  deps: Deps,
  actor: Actor,
  input: { staffId: string },
): Promise<Result<{ sessionsEnded: number }, "forbidden" | "not_found" | "last_admin" | "already_disabled">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const otherAdmins = await countOtherAdmins(tx, input.staffId);
    const staff = await lockStaff(tx, input.staffId);
    if (!staff) return refuse("not_found");
    if (staff.disabled) return refuse("already_disabled");
    if (leavesNoAdmin(staff, { roles: staff.roles, disabled: true }, otherAdmins)) return refuse("last_admin");
    await tx.staff.update({ where: { id: staff.id }, data: { disabledAt: now.toJSDate(), inviteHash: null, inviteExpiresAt: null } });
    const sessionsEnded = await revokeSessionsOf(tx, staff.id, now);
    await recordAudit(tx, actor, { type: "staff.disabled", at: now, staffId: staff.id, sessionsEnded });
    return { ok: true, sessionsEnded };
  });
}

/** Lets a disabled person back in, with the roles and the second factor they had. */
export async function reinstateStaff(
  deps: Deps,
  actor: Actor,
  input: { staffId: string },
): Promise<Result<object, "forbidden" | "not_found" | "not_disabled">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, input.staffId);
    if (!staff) return refuse("not_found");
    if (!staff.disabled) return refuse("not_disabled");
    await tx.staff.update({ where: { id: staff.id }, data: { disabledAt: null } });
    await recordAudit(tx, actor, { type: "staff.reinstated", at: now, staffId: staff.id });
    return { ok: true };
  });
}
