import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { CalibrationShareInput } from "./calibration.schema";

/** Sets which share of the decisions from now on is reviewed blind. Lots that were drawn stay drawn. */
export async function setCalibrationShare(deps: Deps, actor: Actor, input: CalibrationShareInput): Promise<Result<object, "forbidden" | "platform_unknown">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM platform WHERE key = ${input.platformKey} FOR NO KEY UPDATE`;
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true, calibrationShareBp: true } });
    if (!platform) return refuse("platform_unknown");
    if (platform.calibrationShareBp === input.percent) return { ok: true };
    await tx.platform.update({ where: { id: platform.id }, data: { calibrationShareBp: input.percent }, select: { id: true } });
    await recordAudit(tx, actor, { type: "calibration.share_changed", at: now, platformId: platform.id, before: platform.calibrationShareBp, after: input.percent });
    return { ok: true };
  });
}
