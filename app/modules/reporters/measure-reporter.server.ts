import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { ContentOf } from "../notices/audience";
import { platformTerms } from "../platforms/terms.queries.server";
import type { MeasureReporterInput } from "./measure-reporter.schema";
import { insertMeasure, judgedReports, lockReporter, pastMeasures, type Reporter } from "./reporter-measure.repo.server";
import { reporterRecord, type Figures } from "./reporter-record";
import { tellReporterOfMeasure } from "./tell-reporter-measure.server";

export type MeasureRefusal = "forbidden" | "not_found" | "reporter_unreachable" | "measure_not_warranted";

/**
 * Warns a reporter, or – after a warning that did not help – sets their new reports aside for a time (Regulation (EU)
 * 2022/2065, article 23(2)). The record must allow it; the reporter is told why, on which figures, and how to object.
 */
export async function measureReporter(deps: Deps, actor: StaffActor, input: MeasureReporterInput): Promise<Result<{ measureId: string }, MeasureRefusal>> {
  if (!may(actor, "reporter:measure")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ measureId: string }, MeasureRefusal>> => {
    const reporter = await lockReporter(tx, input.reporterId);
    if (!reporter) return refuse("not_found");
    if (!reporter.emailSealed) return refuse("reporter_unreachable");
    const record = reporterRecord(await judgedReports(tx, reporter.id, at), await pastMeasures(tx, reporter.id), at);
    if (record.allows !== input.kind) return refuse("measure_not_warranted");
    const warning = input.kind === "mute" ? record.sinceWarning : null;
    const figures: Figures = warning ?? record.recent;
    const endsAt = input.kind === "mute" ? at.plus({ days: input.days }) : null;
    const { id, reference } = await insertMeasure(tx, {
      platformId: reporter.platformId,
      reporterId: reporter.id,
      kind: input.kind,
      warningId: warning?.warningId ?? null,
      unfounded: figures.unfounded,
      judged: figures.judged,
      reason: input.reason,
      deciderId: actor.id,
      startsAt: at,
      endsAt,
    });
    await recordAudit(tx, actor, { type: `reporter.${input.kind === "mute" ? "muted" : "warned"}`, at, platformId: reporter.platformId, reporterId: reporter.id, measureId: id, reference, ...figures, endsAt: endsAt?.toISO() });
    const content = await measureMail(tx, reporter, { ...input, reference, figures, endsAt });
    await tellReporterOfMeasure(tx, deps, reporter, { measureId: id, at, occasion: "told", content });
    return { ok: true, measureId: id };
  });
}

interface MeasureMail {
  kind: "warning" | "mute";
  reference: string;
  reason: string;
  figures: Figures;
  endsAt: DateTime | null;
}

/** The mail as it will be sent: the preview and the command both take it from here. */
export async function measureMail(tx: Tx, { platformId }: Pick<Reporter, "platformId">, { kind, reference, reason, figures, endsAt }: MeasureMail): Promise<(standingUrl: string) => ContentOf<"reporting_measure">> {
  const terms = await platformTerms(tx, platformId);
  return (standingUrl) => ({
    template: "reporting_measure",
    props: {
      reference,
      kind,
      reason,
      unfounded: figures.unfounded,
      judged: figures.judged,
      endsAt: endsAt?.toJSDate() ?? null,
      objectionDays: terms.appealWindowDays,
      answerBusinessDays: terms.appealSlaBusinessDays,
      standingUrl,
    },
  });
}
