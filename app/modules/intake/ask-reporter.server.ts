import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { CaseEvent } from "../cases/case-event";
import { moveCase } from "../cases/move-case.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { insertReportMessage } from "./report-message.repo.server";
import { findReport, type Report } from "./report.repo.server";
import type { AskReporterInput } from "./staff-report.schema";
import { tellReporter } from "./tell-reporter.server";

export type AskRefusal = "forbidden" | "not_found" | "no_reporter_address" | "illegal_move" | "stale" | "lease_missing" | "case_held_by_other";

/**
 * Asks the reporter for more, by mail and on the private page. The case waits for the answer; a further question while
 * it waits joins the first. A report without a case can be asked about too: perhaps the answer names the account.
 */
export async function askReporter(deps: Deps, actor: StaffActor, input: AskReporterInput): Promise<Result<{ messageId: string }, AskRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const report = await findReport(tx, input.reportId);
    if (!report) return refuse("not_found");
    if (!report.reporter?.emailSealed) return refuse("no_reporter_address");
    if (report.state === "dismissed" || report.state === "resolved") return refuse("illegal_move");

    const waiting = await letCaseWait(tx, actor, report, input, now);
    if (!waiting.ok) return waiting;
    const messageId = await insertReportMessage(tx, { reportId: report.id, direction: "to_reporter", text: input.question, staffId: actor.id, at: now });
    await recordAudit(tx, actor, {
      type: "report.information_requested",
      at: now,
      platformId: report.platformId,
      accountId: report.accountId,
      caseId: report.caseId,
      reportId: report.id,
      messageId,
    });
    await tellReporter(tx, deps, report, {
      at: now,
      occasion: `question:${messageId}`,
      content: (statusUrl) => ({ template: "information_request", props: { reference: report.reference, question: input.question, answerBefore: null, statusUrl } }),
    });
    return { ok: true, messageId };
  });
}

async function letCaseWait(tx: Tx, actor: StaffActor, report: Report, input: AskReporterInput, at: DateTime): Promise<Result<object, AskRefusal>> {
  if (!report.caseId) return { ok: true };
  const event: CaseEvent = { kind: "information_requested", data: { reportId: report.id, reference: report.reference, question: input.question } };
  const change = { caseId: report.caseId, at, version: input.version, held: true, event };
  const moved = await moveCase(tx, actor, { ...change, move: "ask_for_information" });
  if (moved.ok || moved.reason !== "illegal_move") return moved;
  return moved.detail?.state === "waiting_for_information" ? recordCaseEvent(tx, actor, change) : moved;
}
