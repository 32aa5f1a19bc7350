import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { hasOpenQuestion, insertReportMessage } from "./report-message.repo.server";
import { findReport } from "./report.repo.server";
import { tellCaseOfAnswer } from "./tell-case-of-answer.server";

const taker = { kind: "system", name: "mail" } as const;

/**
 * Keeps what came by mail to a report's answer address from somebody who is not proven to be its reporter: whoever was passed our mail
 * on knows that address. Staff read it as that, and a case that waits for an answer goes on, for a person to judge it; to the reporter
 * the question stays open, and their page says that something came.
 */
export async function keepUnprovenReply(deps: Deps, { reportId, text }: { reportId: string; text: string }): Promise<Result<{ messageId: string }, "not_found" | "report_closed">> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const report = await findReport(tx, reportId);
    if (!report) return refuse("not_found");
    if (report.state === "dismissed") return refuse("report_closed");
    await tellCaseOfAnswer(tx, taker, report, {
      event: { kind: "unproven_reply", data: { reportId, reference: report.reference } },
      answering: await hasOpenQuestion(tx, reportId),
      afterOutcome: `A mail came to the answer address of ${report.reference} after the outcome. Nothing proves that its reporter wrote it.`,
      at,
    });
    const messageId = await insertReportMessage(tx, { reportId, direction: "from_unknown", text, at });
    const { platformId, accountId, caseId } = report;
    await recordAudit(tx, taker, { type: "report.unproven_reply", at, platformId, accountId, caseId, reportId });
    return { ok: true, messageId };
  });
}
