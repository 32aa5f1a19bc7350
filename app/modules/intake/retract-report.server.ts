import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { recordCaseEvent } from "../cases/record-case-event.server";
import { insertReportMessage } from "./report-message.repo.server";
import { reportMachine } from "./report-state";
import { findReport, lockReport, saveDismissal } from "./report.repo.server";

/**
 * Whoever reported takes it back (`not-spam`, RFC 6430). What no case has taken up is put aside; in a case it is told to
 * whoever works on it, who decides what it is worth.
 */
export async function retractReport(deps: Deps, actor: Actor, { reportId, words }: { reportId: string; words: string }): Promise<Result<{ dismissed: boolean }, "not_found">> {
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const report = await findReport(tx, reportId);
    if (!report) return refuse("not_found");
    const { id, caseId, platformId, accountId, reference } = report;
    if (caseId) await recordCaseEvent(tx, actor, { caseId, at, event: { kind: "information_received", data: { reportId: id, reference, files: 0 } } });
    const locked = await lockReport(tx, id);
    const dismissed = locked !== null && reportMachine.after(locked.state, "dismiss").ok;
    if (dismissed) await saveDismissal(tx, id, "not_a_report", at);
    await insertReportMessage(tx, { reportId: id, direction: "from_reporter", text: words, at });
    await recordAudit(tx, actor, { type: "report.retracted", at, platformId, accountId, caseId, reportId: id, dismissed });
    return { ok: true, dismissed };
  });
}
