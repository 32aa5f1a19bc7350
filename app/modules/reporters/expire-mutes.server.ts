import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { takeBackSetAside } from "./reporter-measure.repo.server";

const sweeper: Actor = { kind: "system", name: "expire-mutes" };

/**
 * Ends mutes whose time is over, and puts what they had set aside in front of staff: processing is suspended for a time (Regulation
 * (EU) 2022/2065, article 23(2)), and whoever left an address hears the outcome. A report that comes in at that moment holds its
 * reporter's row, so the mute waits for the next run and leaves nothing set aside behind it.
 *
 * @returns how many ended
 */
export async function expireMutes(deps: Deps, limit = 500): Promise<number> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const ended = await tx.$queryRaw<{ id: string; platformId: string; reporterId: string }[]>`
      UPDATE reporter_measure SET state = 'expired', ended_at = ${at.toJSDate()}
       WHERE id IN (SELECT m.id FROM reporter_measure m JOIN reporter r ON r.id = m.reporter_id
                     WHERE m.kind = 'mute' AND m.state = 'active' AND m.ends_at <= ${at.toJSDate()}
                     ORDER BY m.ends_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, platform_id AS "platformId", reporter_id AS "reporterId"`;
    for (const { id, platformId, reporterId } of ended) {
      const takenBack = await takeBackSetAside(tx, id);
      await recordAudit(tx, sweeper, { type: "reporter.unmuted", at, platformId, reporterId, measureId: id, takenBack });
    }
    return ended.length;
  });
}
