import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { eligible } from "./sample.repo.server";

/** After this long somebody else may take a sample that was left lying. */
const claimHours = 72;

/**
 * Takes the sample that waits longest and that this person can look at blind: of a case they had no part in and whose
 * decision they have not seen. Nobody picks their sample. Whoever holds one gets that one again.
 */
export async function claimSample(deps: Deps, actor: StaffActor): Promise<Result<{ reference: string }, "forbidden" | "no_sample">> {
  if (!may(actor, "calibration:review")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    const held = await tx.calibrationSample.findFirst({ where: { state: "pending", claimedById: actor.id }, orderBy: { claimedAt: "asc" }, select: { reference: true } });
    if (held) return { ok: true, reference: held.reference };
    const lapsed = now.minus({ hours: claimHours }).toJSDate();
    const [next] = await tx.$queryRaw<{ id: string; reference: string; platformId: string }[]>`
      SELECT s.id, s.reference, s.platform_id AS "platformId" FROM calibration_sample s
       WHERE s.state = 'pending' AND (s.claimed_by_id IS NULL OR s.claimed_at < ${lapsed}) AND ${eligible(actor.id)}
       ORDER BY s.sampled_at, s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED`;
    if (!next) return refuse("no_sample");
    await tx.calibrationSample.update({ where: { id: next.id }, data: { claimedById: actor.id, claimedAt: now.toJSDate() }, select: { id: true } });
    await recordAudit(tx, actor, { type: "calibration.claimed", at: now, platformId: next.platformId, sampleId: next.id });
    return { ok: true, reference: next.reference };
  });
}
