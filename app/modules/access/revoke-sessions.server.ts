import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { may, type StaffActor } from "./actor";
import { revokeSessionsOf } from "./session.repo.server";

/**
 * Ends sessions at once: the next request with such a cookie is nobody's. Anybody may end their own; ending
 * somebody else's takes `staff:manage`.
 */
export async function revokeSessions(
  deps: Deps,
  actor: StaffActor,
  input: { staffId: string; only?: string; except?: string },
): Promise<Result<{ revoked: number }, "forbidden">> {
  if (input.staffId !== actor.id && !may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const revoked = await revokeSessionsOf(tx, input.staffId, now, input);
    if (revoked > 0) await recordAudit(tx, actor, { type: "staff.sessions_revoked", at: now, staffId: input.staffId, revoked });
    return { ok: true, revoked };
  });
}
