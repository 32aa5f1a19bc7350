import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { sealedIdentityOf } from "./report.repo.server";
import type { RevealReporterInput } from "./staff-report.schema";

export interface RevealedReporter {
  email: string | null;
  name: string | null;
  accusedPhone: string | null;
  phones: string[];
}

/**
 * Opens who sent a report that has no case yet, and the numbers in it, for one look. It takes a reason and leaves an
 * audit entry (DOMAIN, rule 9). Once the report is in a case, the case's own command does this.
 */
export async function revealReporter(
  deps: Deps,
  actor: StaffActor,
  input: RevealReporterInput,
): Promise<Result<{ revealed: RevealedReporter }, "forbidden" | "not_found">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const sealed = await sealedIdentityOf(tx, input.reportId);
    if (!sealed || sealed.caseId) return refuse("not_found");
    await recordAudit(tx, actor, { type: "reporter.revealed", at: now, platformId: sealed.platformId, reportId: sealed.id, reason: input.reason });
    const open = (value: string | null | undefined, context: string) => (value ? deps.crypto.open(value, context) : null);
    return {
      ok: true,
      revealed: {
        email: open(sealed.reporter?.emailSealed, "reporter.email"),
        name: open(sealed.reporter?.nameSealed, "reporter.name"),
        accusedPhone: open(sealed.accusedPhoneSealed, "report.accused_phone"),
        phones: sealed.phones.map((phone) => deps.crypto.open(phone.sealed, "report.phone")),
      },
    };
  });
}
