import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockReportsOfCase, saveOutcome } from "./report.repo.server";
import { tellReporter } from "./tell-reporter.server";

export interface ToldReport {
  reportId: string;
  reference: string;
  /** False when the reporter left no address. */
  told: boolean;
}

/**
 * Ends every report of a case with the outcome of its decision and tells each reporter (rule of procedure 7), in the
 * transaction of the decision. The caller holds the case's lock and has checked the permission.
 */
export async function resolveReports(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: { caseId: string; outcome: "action_taken" | "no_violation" | "insufficient_evidence"; at: DateTime },
): Promise<ToldReport[]> {
  const told: ToldReport[] = [];
  for (const report of await lockReportsOfCase(tx, input.caseId, "attached")) {
    await saveOutcome(tx, report.id, input.outcome, input.at);
    await recordAudit(tx, actor, { type: "report.resolved", at: input.at, platformId: report.platformId, accountId: report.accountId, caseId: input.caseId, reportId: report.id, outcome: input.outcome });
    const mailed = await tellReporter(tx, deps, report, {
      at: input.at,
      occasion: "outcome",
      content: (statusUrl) => ({ template: "report_outcome", props: { reference: report.reference, decidedAt: input.at.toJSDate(), outcome: input.outcome, statusUrl } }),
    });
    told.push({ reportId: report.id, reference: report.reference, told: mailed });
  }
  return told;
}

/**
 * Tells the reporters of a case what became of the outcome they were told, after an appeal or a reversal (rule of
 * procedure 5). `occasion` names it once, e.g. `appeal:<id>`.
 */
export async function tellReportersOfReview(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  input: { caseId: string; outcome: "unchanged" | "changed" | "reversed"; occasion: string; at: DateTime },
): Promise<ToldReport[]> {
  const told: ToldReport[] = [];
  for (const report of await lockReportsOfCase(tx, input.caseId, "resolved")) {
    if (input.outcome === "reversed") await saveOutcome(tx, report.id, "reversed", input.at);
    await recordAudit(tx, actor, { type: "report.outcome_reviewed", at: input.at, platformId: report.platformId, accountId: report.accountId, caseId: input.caseId, reportId: report.id, outcome: input.outcome });
    const mailed = await tellReporter(tx, deps, report, {
      at: input.at,
      occasion: `review:${input.occasion}`,
      content: (statusUrl) => ({ template: "decision_reversed", props: { reference: report.reference, at: input.at.toJSDate(), outcome: input.outcome, statusUrl } }),
    });
    told.push({ reportId: report.id, reference: report.reference, told: mailed });
  }
  return told;
}
