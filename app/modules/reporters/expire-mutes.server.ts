import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

const sweeper: Actor = { kind: "system", name: "expire-mutes" };

/**
 * Ends mutes whose time is over. What was set aside stays so, and stays readable: staff take up any of it by hand.
 *
 * @returns how many ended
 */
export async function expireMutes(deps: Deps, limit = 500): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const ended = await tx.$queryRaw<{ id: string; platformId: string; reporterId: string }[]>`
      UPDATE reporter_measure SET state = 'expired', ended_at = ${at.toJSDate()}
       WHERE id IN (SELECT id FROM reporter_measure WHERE kind = 'mute' AND state = 'active' AND ends_at <= ${at.toJSDate()}
                     ORDER BY ends_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, platform_id AS "platformId", reporter_id AS "reporterId"`;
    for (const { id, platformId, reporterId } of ended) await recordAudit(tx, sweeper, { type: "reporter.unmuted", at, platformId, reporterId, measureId: id });
    return ended.length;
  });
}
