import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { joinCase } from "../cases/join-case.server";
import { attachToCase, type Report, type ReportedClause } from "./report.repo.server";
import { reportMachine } from "./report-state";

/**
 * Puts a report into the account's open case of the clause's area, or opens that case, in the caller's transaction:
 * report, case, timeline and audit move together.
 */
export async function attachReport(
  tx: Tx,
  actor: Actor,
  report: Pick<Report, "id" | "reference" | "platformId" | "channel" | "state">,
  to: { accountId: string; clause: ReportedClause; at: DateTime; matchedBy: string },
): Promise<Result<{ caseId: string; caseReference: string }, "illegal_move" | "not_found">> {
  const after = reportMachine.after(report.state, "attach");
  if (!after.ok) return refuse("illegal_move");
  const joined = await joinCase(tx, actor, {
    platformId: report.platformId,
    accountId: to.accountId,
    area: to.clause.area,
    severity: to.clause.severity,
    at: to.at,
    what: { kind: "report", id: report.id, reference: report.reference, channel: report.channel },
  });
  if (!joined.ok) return joined;
  await attachToCase(tx, report.id, { accountId: to.accountId, clauseId: to.clause.id, caseId: joined.caseId });
  await recordAudit(tx, actor, {
    type: "report.attached",
    at: to.at,
    platformId: report.platformId,
    accountId: to.accountId,
    caseId: joined.caseId,
    reportId: report.id,
    clauseId: to.clause.id,
    matchedBy: to.matchedBy,
  });
  return { ok: true, caseId: joined.caseId, caseReference: joined.reference };
}
