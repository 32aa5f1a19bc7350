import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

const worker: Actor = { kind: "system", name: "evidence.retention" };

/** Deletes addresses and numbers that were kept for a hold and that nothing holds any more. @returns how many */
export async function forgetReleasedContacts(deps: Deps): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const gone = await tx.$queryRaw<{ platformId: string; accountId: string; count: number }[]>`
      WITH gone AS (DELETE FROM held_contact h WHERE NOT account_is_held(h.account_id) RETURNING h.account_id)
      SELECT a.platform_id AS "platformId", a.id AS "accountId", count(*)::int AS count FROM gone JOIN account a ON a.id = gone.account_id GROUP BY a.id`;
    for (const { platformId, accountId, count } of gone) await recordAudit(tx, worker, { type: "held_contacts.deleted", at, platformId, accountId, count });
    return gone.reduce((sum, { count }) => sum + count, 0);
  });
}
