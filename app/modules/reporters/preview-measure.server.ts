import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { maskedLink } from "../access/private-link.server";
import { previewNotice } from "../notices/preview-notice.server";
import { measureMail } from "./measure-reporter.server";
import type { MeasureReporterInput } from "./measure-reporter.schema";
import { judgedReports, pastMeasures } from "./reporter-measure.repo.server";
import { reporterRecord } from "./reporter-record";

/** The mail a measure would send, word for word but for its reference and private link. Nothing is changed. */
export async function previewMeasure(deps: Deps, actor: StaffActor, input: MeasureReporterInput): Promise<Result<{ subject: string; text: string }, "forbidden" | "not_found" | "measure_not_warranted">> {
  if (!may(actor, "reporter:measure")) return refuse("forbidden");
  const reporter = await deps.db.reporter.findUnique({ where: { id: input.reporterId }, select: { platformId: true, language: true } });
  if (!reporter) return refuse("not_found");
  const at = deps.clock();
  const record = reporterRecord(await judgedReports(deps.db, input.reporterId, at), await pastMeasures(deps.db, input.reporterId), at);
  if (record.allows !== input.kind) return refuse("measure_not_warranted");
  const figures = input.kind === "mute" && record.sinceWarning ? record.sinceWarning : record.recent;
  const endsAt = input.kind === "mute" ? at.plus({ days: input.days }) : null;
  const content = await measureMail(deps.db, reporter, { ...input, reference: "RM-····-····", figures, endsAt });
  const mail = await previewNotice(deps.db, deps, { at, to: "", about: {}, dedupeKey: "preview", platformId: reporter.platformId, language: reporter.language, content: content(maskedLink(deps, "reporter_standing")) });
  return { ok: true, subject: mail.subject, text: mail.text };
}
