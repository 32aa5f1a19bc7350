import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { RuleOnObjectionInput } from "./measure-reporter.schema";
import { lockMeasure, takeBackSetAside } from "./reporter-measure.repo.server";
import { tellReporterOfMeasure } from "./tell-reporter-measure.server";

export type ObjectionRulingRefusal = "forbidden" | "not_found" | "not_independent" | "illegal_move";

/**
 * Answers a reporter's objection, by somebody other than who took the measure. Lifting a mute puts what was set aside
 * back in front of staff; lifting a warning takes the ground from under the mute that rests on it, which ends too.
 */
export async function ruleOnObjection(deps: Deps, actor: StaffActor, input: RuleOnObjectionInput): Promise<Result<{ takenBack: number }, ObjectionRulingRefusal>> {
  if (!may(actor, "reporter:measure") && !may(actor, "appeal:rule")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ takenBack: number }, ObjectionRulingRefusal>> => {
    const found = await lockMeasure(tx, input.measureId);
    if (!found) return refuse("not_found");
    const { measure, reporter } = found;
    if (measure.deciderId === actor.id) return refuse("not_independent");
    if (!measure.objectedAt || measure.ruling) return refuse("illegal_move");
    const lifted = input.ruling === "lifted";
    await tx.reporterMeasure.update({
      where: { id: measure.id },
      data: { ruling: input.ruling, grounds: input.grounds, ruledById: actor.id, ruledAt: at.toJSDate(), ...(measure.objectionDueAt && measure.objectionDueAt <= at.toJSDate() ? { objectionBreachedAt: measure.objectionBreachedAt ?? at.toJSDate() } : {}), ...(lifted ? { state: "lifted", endedAt: measure.endedAt ?? at.toJSDate() } : {}) },
    });
    const ended = lifted ? [measure.id, ...(await mutesOn(measure.id))] : [];
    let takenBack = 0;
    for (const id of ended) takenBack += await takeBackSetAside(tx, id);
    await recordAudit(tx, actor, { type: "reporter.objection_ruled", at, platformId: reporter.platformId, reporterId: reporter.id, measureId: measure.id, ruling: input.ruling, takenBack });
    await tellReporterOfMeasure(tx, deps, reporter, {
      measureId: measure.id,
      at,
      occasion: "ruled",
      content: (standingUrl) => ({ template: "reporting_ruling", props: { reference: measure.reference, kind: measure.kind, ruling: input.ruling, grounds: input.grounds, standingUrl } }),
    });
    return { ok: true, takenBack };

    async function mutesOn(warningId: string): Promise<string[]> {
      const mutes = await tx.reporterMeasure.updateManyAndReturn({ where: { warningId, state: "active" }, data: { state: "lifted", endedAt: at.toJSDate() }, select: { id: true } });
      return mutes.map(({ id }) => id);
    }
  });
}
