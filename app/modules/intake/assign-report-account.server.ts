import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { attachReport } from "./attach-report.server";
import { findReportedClause, isAccountOf, lockReport } from "./report.repo.server";
import type { AssignReportInput } from "./staff-report.schema";

/** A person says which account a report is about, and under which clause it falls: it joins or opens the account's case. */
export async function assignReportAccount(
  deps: Deps,
  actor: StaffActor,
  input: AssignReportInput,
): Promise<Result<{ caseId: string; caseReference: string }, "forbidden" | "not_found" | "account_elsewhere" | "clause_unknown" | "illegal_move">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const report = await lockReport(tx, input.reportId);
    if (!report) return refuse("not_found");
    if (!(await isAccountOf(tx, report.platformId, input.accountId))) return refuse("account_elsewhere");
    const clause = await findReportedClause(tx, report.platformId, input.clause);
    if (!clause) return refuse("clause_unknown");
    return attachReport(tx, actor, report, { accountId: input.accountId, clause, at: now, matchedBy: "staff" });
  });
}
