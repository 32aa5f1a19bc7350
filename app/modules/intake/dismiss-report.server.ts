import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { toldFor } from "./report";
import { reportMachine } from "./report-state";
import { lockReport, saveDismissal } from "./report.repo.server";
import type { DismissReportInput } from "./staff-report.schema";
import { tellReporter } from "./tell-reporter.server";

/** Puts a report aside that needs no case, with a reason for the file, and tells the reporter (rule of procedure 7). */
export async function dismissReport(deps: Deps, actor: StaffActor, input: DismissReportInput): Promise<Result<{ told: boolean }, "forbidden" | "not_found" | "illegal_move">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const report = await lockReport(tx, input.reportId);
    if (!report) return refuse("not_found");
    const after = reportMachine.after(report.state, "dismiss");
    if (!after.ok) return after;
    await saveDismissal(tx, report.id, input.reason, now);
    await recordAudit(tx, actor, { type: "report.dismissed", at: now, platformId: report.platformId, reportId: report.id, reason: input.reason, note: input.note });
    const told = await tellReporter(tx, deps, report, {
      at: now,
      occasion: "outcome",
      content: (statusUrl) => ({ template: "report_outcome", props: { reference: report.reference, decidedAt: now.toJSDate(), outcome: toldFor(input.reason), statusUrl } }),
    });
    return { ok: true, told };
  });
}
