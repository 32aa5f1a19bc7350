import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { may, type Actor } from "./actor";
import { leavesNoAdmin } from "./staff";
import { countOtherAdmins, lockStaff } from "./staff.repo.server";
import type { ChangeRolesInput } from "./staff.schema";

/** Changes what a person may do, from their next request on. */
export async function changeRoles(
  deps: Deps,
  actor: Actor,
  input: ChangeRolesInput,
): Promise<Result<{ changed: boolean }, "forbidden" | "not_found" | "last_admin">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const otherAdmins = await countOtherAdmins(tx, input.staffId);
    const staff = await lockStaff(tx, input.staffId);
    if (!staff) return refuse("not_found");
    if (leavesNoAdmin(staff, { roles: input.roles, disabled: staff.disabled }, otherAdmins)) return refuse("last_admin");
    if (staff.roles.join() === input.roles.join()) return { ok: true, changed: false };
    await tx.staff.update({ where: { id: staff.id }, data: { roles: input.roles } });
    await recordAudit(tx, actor, { type: "staff.roles_changed", at: now, staffId: staff.id, before: staff.roles, after: input.roles });
    return { ok: true, changed: true };
  });
}
