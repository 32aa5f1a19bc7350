import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockMeasure } from "./reporter-measure.repo.server";

/** Notes when a reporter's mail server took the message about a measure: from that day they may object. The first counts. */
export async function recordReporterInformed(deps: Deps, actor: Actor, { measureId, informedAt }: { measureId: string; informedAt: DateTime }): Promise<boolean> {
  return deps.db.$transaction(async (tx) => {
    const found = await lockMeasure(tx, measureId);
    if (!found || found.measure.informedAt) return false;
    await tx.reporterMeasure.update({ where: { id: measureId }, data: { informedAt: informedAt.toJSDate() } });
    await recordAudit(tx, actor, { type: "reporter.informed", at: deps.clock(), platformId: found.reporter.platformId, reporterId: found.reporter.id, measureId, informedAt });
    return true;
  });
}
