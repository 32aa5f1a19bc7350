import { DateTime } from "luxon";
import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { cleanText } from "~/infra/text";
import { transact } from "~/infra/transaction.server";
import type { Actor } from "../access/actor";
import { appealClosesAt, appealDueAt, isLateAppeal } from "../appeals/appeal";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { lockMeasure } from "./reporter-measure.repo.server";

/** What the reporter's own form sends; its messages are keys of the page's words. */
export const objectToMeasureSchema = z.object({ measureId: z.uuid(), objection: cleanText({ max: 4000, required: "required", tooLong: "tooLong" }) });
export type ObjectToMeasureInput = z.output<typeof objectToMeasureSchema>;

export type ObjectionRefusal = "not_found" | "objected_already" | "illegal_move";

/**
 * A reporter objects to a measure against them: once, within the same window and answered within the same time as an
 * account holder's appeal. A late objection is taken as late.
 */
export async function objectToMeasure(deps: Deps, actor: Actor, reporterId: string, input: ObjectToMeasureInput): Promise<Result<{ dueAt: string }, ObjectionRefusal>> {
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ dueAt: string }, ObjectionRefusal>> => {
    const found = await lockMeasure(tx, input.measureId);
    if (!found || found.reporter.id !== reporterId) return refuse("not_found");
    const { measure, reporter } = found;
    if (measure.objectedAt) return refuse("objected_already");
    if (measure.state === "lifted") return refuse("illegal_move");
    const terms = await platformTerms(tx, reporter.platformId);
    const informedAt = measure.informedAt && DateTime.fromJSDate(measure.informedAt, { zone: "utc" });
    const late = isLateAppeal(at, appealClosesAt({ informedAt }, { zone: terms.zone, windowDays: terms.appealWindowDays }));
    const dueAt = appealDueAt(at, terms.appealSlaBusinessDays, terms.calendar);
    await tx.reporterMeasure.update({
      where: { id: measure.id },
      data: { objection: input.objection, objectedAt: at.toJSDate(), objectionLate: late, objectionDueAt: dueAt.toJSDate() },
    });
    await recordAudit(tx, actor, { type: "reporter.objected", at, platformId: reporter.platformId, reporterId, measureId: measure.id, late, dueAt: dueAt.toISO() });
    return { ok: true, dueAt: dueAt.toISO() };
  });
}
