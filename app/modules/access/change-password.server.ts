import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffSession } from "./current-session.server";
import { namesItsOwner } from "./password";
import { hashPassword, passwordMatches } from "./password.server";
import { revokeSessionsOf } from "./session.repo.server";
import { lockStaff } from "./staff.repo.server";

/** Changes one's own password and ends every other session, since whoever knew the old one may hold one. */
export async function changePassword(
  deps: Deps,
  session: StaffSession,
  input: { current: string; password: string },
): Promise<Result<{ otherSessionsEnded: number }, "wrong_credentials" | "password_names_owner" | "demo_person">> {
  const now = deps.clock();
  if (session.demo) return refuse("demo_person");
  if (namesItsOwner(input.password, { email: session.email, name: session.actor.name })) return refuse("password_names_owner");
  const hashed = await hashPassword(input.password);
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, session.actor.id);
    if (!staff || !(await passwordMatches(staff.passwordHash, input.current))) return refuse("wrong_credentials");
    await tx.staff.update({ where: { id: staff.id }, data: { passwordHash: hashed } });
    const otherSessionsEnded = await revokeSessionsOf(tx, staff.id, now, { except: session.id });
    await recordAudit(tx, session.actor, { type: "staff.password_changed", at: now, otherSessionsEnded });
    return { ok: true, otherSessionsEnded };
  });
}
