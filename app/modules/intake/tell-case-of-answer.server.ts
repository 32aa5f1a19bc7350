import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import type { CaseEvent } from "../cases/case-event";
import { flagCaseForReview } from "../cases/flag-case-for-review.server";
import { moveCase } from "../cases/move-case.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import type { Report } from "./report.repo.server";

export interface Answer {
  event: CaseEvent;
  /** Whether a question of ours waited for it. */
  answering: boolean;
  /** Why a case that has its outcome is looked at again. */
  afterOutcome: string;
  at: DateTime;
}

/** An awaited answer sets the case going again; what comes after the outcome puts the case up for review. */
export async function tellCaseOfAnswer(tx: Tx, actor: Actor, report: Report, { event, answering, afterOutcome, at }: Answer): Promise<void> {
  if (!report.caseId) return;
  const resumed = answering && (await moveCase(tx, actor, { caseId: report.caseId, move: "resume", at, event })).ok;
  if (!resumed) await recordCaseEvent(tx, actor, { caseId: report.caseId, at, event });
  if (report.state === "resolved" && report.outcome !== "reversed") await flagCaseForReview(tx, actor, { caseId: report.caseId, at, reason: afterOutcome });
}
