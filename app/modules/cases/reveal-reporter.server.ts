import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { insertCaseEvent, lockCase, sealedIdentity } from "./case.repo.server";
import type { RevealReporterInput } from "./reveal-reporter.schema";

export interface RevealedReport {
  reportId: string;
  email: string | null;
  name: string | null;
  /** Numbers the report names. */
  phones: string[];
}

/**
 * Opens who sent a report and the numbers in it, for one look. Reading personal data is an act: it takes a reason
 * and leaves an audit entry and a line in the timeline (DOMAIN, rule 9).
 */
export async function revealReporter(
  deps: Deps,
  actor: StaffActor,
  input: RevealReporterInput,
): Promise<Result<{ revealed: RevealedReport }, "forbidden" | "not_found" | "report_not_in_case">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await lockCase(tx, input.caseId);
    if (!found) return refuse("not_found");
    const report = await sealedIdentity(tx, input.reportId);
    if (!report || report.caseId !== found.id) return refuse("report_not_in_case");
    const open = (sealed: string | null | undefined, context: string) => (sealed ? deps.crypto.open(sealed, context) : null);
    await insertCaseEvent(tx, actor, found.id, now, {
      kind: "reporter_revealed",
      data: { reportId: report.id, reference: report.reference, reason: input.reason },
    });
    await recordAudit(tx, actor, {
      type: "reporter.revealed",
      at: now,
      platformId: found.platformId,
      accountId: found.accountId,
      caseId: found.id,
      reportId: report.id,
      reason: input.reason,
    });
    return {
      ok: true,
      revealed: {
        reportId: report.id,
        email: open(report.reporter?.emailSealed, "reporter.email"),
        name: open(report.reporter?.nameSealed, "reporter.name"),
        phones: [
          ...(report.accusedPhoneSealed ? [deps.crypto.open(report.accusedPhoneSealed, "report.accused_phone")] : []),
          ...report.phones.map((phone) => deps.crypto.open(phone.sealed, "report.phone")),
        ],
      },
    };
  });
}
