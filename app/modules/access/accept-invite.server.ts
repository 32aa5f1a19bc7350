import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { namesItsOwner } from "./password";
import { hashPassword } from "./password.server";
import { insertSession } from "./session.repo.server";
import { lockStaff } from "./staff.repo.server";

const tokenShape = /^[A-Za-z0-9_-]{43}$/;

/** Who an invitation is for, as long as it can be used. */
export async function findInvite(deps: Deps, token: string): Promise<{ id: string; name: string; email: string } | null> {
  if (!tokenShape.test(token)) return null;
  return deps.db.staff.findFirst({
    where: { inviteHash: deps.crypto.lookup(token, "link"), inviteExpiresAt: { gt: deps.clock().toJSDate() }, disabledAt: null },
    select: { id: true, name: true, email: true },
  });
}

/** Sets a person's own password by their one-time link and signs them in as far as the second factor. */
export async function acceptInvite(
  deps: Deps,
  input: { token: string; password: string; userAgent: string | null },
): Promise<Result<{ token: string; next: "enrolment" | "second_factor" }, "link_spent" | "password_names_owner">> {
  const now = deps.clock();
  const invited = await findInvite(deps, input.token);
  if (!invited) return refuse("link_spent");
  if (namesItsOwner(input.password, invited)) return refuse("password_names_owner");
  const passwordHash = await hashPassword(input.password);
  const inviteHash = deps.crypto.lookup(input.token, "link");
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, invited.id);
    if (!staff || staff.inviteHash !== inviteHash || staff.disabled) return refuse("link_spent");
    await tx.staff.update({ where: { id: staff.id }, data: { passwordHash, inviteHash: null, inviteExpiresAt: null } });
    const { id, token } = await insertSession(tx, deps.crypto, { staffId: staff.id, verified: false, userAgent: input.userAgent, now });
    const actor = { kind: "staff", id: staff.id, name: staff.name, roles: staff.roles } as const;
    await recordAudit(tx, actor, { type: "staff.invite_accepted", at: now, sessionId: id });
    return { ok: true, token, next: staff.totpEnrolledAt ? "second_factor" : "enrolment" };
  });
}
