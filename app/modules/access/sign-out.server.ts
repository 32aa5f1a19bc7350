import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffSession } from "./current-session.server";
import { revokeSessionsOf } from "./session.repo.server";

export async function signOut(deps: Deps, session: StaffSession): Promise<void> {
  const now = deps.clock();
  await deps.db.$transaction(async (tx) => {
    const closed = await revokeSessionsOf(tx, session.actor.id, now, { only: session.id });
    if (closed > 0) await recordAudit(tx, session.actor, { type: "staff.signed_out", at: now, sessionId: session.id });
  });
}
