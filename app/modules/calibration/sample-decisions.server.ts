import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { recordAudit } from "../audit/record-audit.server";
import { isDrawn } from "./draw";

const sweeper = { kind: "system", name: "calibration.sample" } as const;

interface Row {
  id: string;
  caseId: string;
  platformId: string;
  accountId: string;
  shareBp: number;
  state: string;
}

/**
 * Draws the lot of every decision that took effect, once and for good: the share of the moment decides, and changing it later
 * brings no decision back. One that was taken back before is drawn as none. The lot is a keyed digest of the decision's id, so nobody who decides can know it or steer it.
 *
 * @returns how many lots were drawn
 */
export async function sampleDecisions(deps: Deps, batch = 500): Promise<number> {
  const now = deps.clock();
  let drawn = 0;
  for (let taken = batch; taken === batch; drawn += taken) {
    taken = await deps.db.$transaction(async (tx) => {
      const rows = await tx.$queryRaw<Row[]>`
        UPDATE decision d SET calibration_drawn_at = ${now.toJSDate()}
          FROM platform p
         WHERE p.id = d.platform_id AND d.id IN (
           SELECT id FROM decision WHERE calibration_drawn_at IS NULL AND effective_at IS NOT NULL AND effective_at <= ${now.toJSDate()}
            ORDER BY effective_at, id LIMIT ${batch} FOR UPDATE SKIP LOCKED)
        RETURNING d.id, d.case_id AS "caseId", d.platform_id AS "platformId", d.account_id AS "accountId", p.calibration_share_bp AS "shareBp", d.state::text AS state`;
      for (const { id: decisionId, accountId, state: _state, ...of } of rows.filter((row) => row.state !== "reversed" && isDrawn(deps.crypto.lookup(`calibration:${row.id}`, "content"), row.shareBp))) {
        const sample = { id: newId(), reference: newReference("CS"), decisionId, ...of, sampledAt: now.toJSDate() };
        await tx.calibrationSample.create({ data: sample, select: { id: true } });
        await recordAudit(tx, sweeper, { type: "calibration.sampled", at: now, platformId: of.platformId, accountId, caseId: of.caseId, decisionId, sampleId: sample.id, shareBp: of.shareBp });
      }
      return rows.length;
    });
  }
  return drawn;
}
