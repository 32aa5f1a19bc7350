import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { answerRequest, claimRequest, requestHashOf } from "~/infra/idempotency.server";
import { refuse, type Result } from "~/infra/result";
import type { StoredEvidence } from "~/infra/uploads/receive-evidence.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { AddReportEvidenceInput } from "./add-report-evidence.schema";
import { keepEvidence } from "./keep-evidence.server";
import { hasOpenQuestion, insertReportMessage } from "./report-message.repo.server";
import { findReport } from "./report.repo.server";
import { tellCaseOfAnswer } from "./tell-case-of-answer.server";

export type AddEvidenceRefusal = "forbidden" | "not_found" | "nothing_added" | "report_closed" | "idempotency_key_reused";

/**
 * What the reporter adds on the private page: further evidence, or the answer to a question of ours, which is the same
 * act. An awaited answer sets the case going again; evidence after the outcome puts the case up for review.
 */
export async function addReportEvidence(
  deps: Deps,
  actor: Extract<Actor, { kind: "reporter" }>,
  input: AddReportEvidenceInput,
  files: readonly StoredEvidence[] = [],
): Promise<Result<{ files: number; repeated: boolean; messageId: string | null }, AddEvidenceRefusal>> {
  if (!input.text && files.length === 0) return refuse("nothing_added");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const report = await findReport(tx, actor.reportId);
    if (!report) return refuse("not_found");
    if (report.state === "dismissed") return refuse("report_closed");

    const requestHash = requestHashOf([input.text, files.map((file) => file.sha256)]);
    const request = { scope: `report.evidence:${report.id}`, key: `${input.idempotencyKey}:${requestHash.slice(0, 32)}`, requestHash, at: now };
    const claim = await claimRequest(tx, request, z.object({ files: z.int() }));
    if (claim.state === "reused") return refuse("idempotency_key_reused");
    if (claim.state === "repeated") return { ok: true, files: claim.response.files, repeated: true, messageId: null };

    const answering = await hasOpenQuestion(tx, report.id);
    await tellCaseOfAnswer(tx, actor, report, {
      event: { kind: "information_received", data: { reportId: report.id, reference: report.reference, files: files.length } },
      answering,
      afterOutcome: `The reporter of ${report.reference} added evidence after the outcome.`,
      at: now,
    });
    const messageId = await insertReportMessage(tx, { reportId: report.id, direction: "from_reporter", text: input.text ?? "", at: now });
    const kept = await keepEvidence(tx, actor, { reportId: report.id, reportMessageId: messageId }, files, now);
    await recordAudit(tx, actor, {
      type: answering ? "report.answered" : "report.evidence_added",
      at: now,
      platformId: report.platformId,
      accountId: report.accountId,
      caseId: report.caseId,
      reportId: report.id,
      files: kept,
    });
    await answerRequest(tx, request, { files: kept });
    return { ok: true, files: kept, repeated: false, messageId };
  });
}
