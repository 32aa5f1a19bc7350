import { DateTime } from "luxon";
import { addCivilDays, civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount } from "../platforms/account.server";

export type DraftRefusal = "forbidden" | "not_found" | "no_referral_decided" | "referral_exists";

/**
 * Begins the paper of a referral that was decided and approved (CF-AUP 7.2), with the evidence of its case picked to
 * begin with and no original among it.
 */
export async function draftReferral(deps: Deps, actor: StaffActor, { actionId }: { actionId: string }): Promise<Result<{ reference: string; referralId: string }, DraftRefusal>> {
  if (!may(actor, "referral:draft")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ reference: string; referralId: string }, DraftRefusal>> => {
    const of = await tx.action.findUnique({ where: { id: actionId }, select: { accountId: true } });
    if (!of || !(await lockAccount(tx, of.accountId))) return refuse("not_found");
    const action = await tx.action.findUniqueOrThrow({ where: { id: actionId }, include: { case: true, decision: { include: { findings: true } }, account: { include: { platform: { select: { zone: true } } } } } });
    if (action.kind !== "law_enforcement_referral" || action.state !== "active") return refuse("no_referral_decided");
    const standing = await tx.referral.findFirst({ where: { actionId, state: { in: ["draft", "awaiting_approval", "approved"] } }, select: { reference: true } });
    if (standing) return refuse("referral_exists", { reference: standing.reference });
    const { zone } = action.account.platform;
    const first = [action.case.openedAt, ...(action.decision?.findings ?? []).map(({ conductAt }) => conductAt)].reduce((a, b) => (a < b ? a : b));
    const id = newId();
    const reference = newReference("LE");
    await tx.referral.create({
      data: {
        id,
        reference,
        platformId: action.account.platformId,
        accountId: action.accountId,
        caseId: action.caseId,
        actionId,
        agency: "",
        legalBasis: "victim_protection",
        narrative: "",
        periodFrom: startOfCivilDay(civilDayOf(DateTime.fromJSDate(first, { zone: "utc" }), zone), zone).toJSDate(),
        periodTo: startOfCivilDay(addCivilDays(civilDayOf(at, zone), 1), zone).toJSDate(),
        drafterId: actor.id,
        editorIds: [actor.id],
        createdAt: at.toJSDate(),
        updatedAt: at.toJSDate(),
      },
    });
    await pickEvidence(tx, id, action.caseId);
    await recordAudit(tx, actor, { type: "referral.drafted", at, platformId: action.account.platformId, accountId: action.accountId, caseId: action.caseId, referralId: id, actionId });
    return { ok: true, reference, referralId: id };
  });
}

async function pickEvidence(tx: Tx, referralId: string, caseId: string): Promise<void> {
  const reports = await tx.report.findMany({ where: { caseId }, select: { id: true, files: { where: { deletedAt: null }, select: { id: true } } } });
  await tx.referralItem.createMany({
    data: reports.flatMap((report) => [{ id: newId(), referralId, reportId: report.id }, ...report.files.map((file) => ({ id: newId(), referralId, evidenceFileId: file.id }))]),
  });
}
