import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { reportLinks } from "../access/private-link.server";
import { recordAudits } from "../audit/record-audit.server";
import type { OtherContent } from "../notices/audience";
import { stageNotices, type NoticeDraft } from "../notices/stage-notice.server";
import { reportMachine, unresolvedReports } from "./report-state";

export type CaseOutcome = "action_taken" | "no_violation" | "insufficient_evidence";

/** What became of an outcome that was told before. */
/** `reopened`: taken back, and the case is open to be decided again. */
export type Revision = "unchanged" | "changed" | "reversed" | "reopened";

type TellableReport = { id: string; reference: string; platformId: string; caseId: string | null; accountId: string | null; language: string; email: string | null };
type LinkOf = (reportId: string) => Promise<string>;

/** The one way the outcome of a report is worded: for what is sent, and for the preview of it. */
function draft(report: TellableReport & { email: string }, content: OtherContent, at: DateTime, occasion: string): NoticeDraft {
  return {
    at,
    platformId: report.platformId,
    to: report.email,
    language: report.language,
    about: { reportId: report.id, caseId: report.caseId },
    content,
    dedupeKey: `report:${report.id}:${occasion}`,
  };
}

const hasAddress = (report: TellableReport): report is TellableReport & { email: string } => report.email !== null;

async function outcomeDraftsOf(reports: readonly TellableReport[], outcome: CaseOutcome, at: DateTime, decisionId: string, linkOf: LinkOf): Promise<NoticeDraft[]> {
  const drafts: NoticeDraft[] = [];
  for (const report of reports.filter(hasAddress)) {
    const props = { reference: report.reference, decidedAt: at.toJSDate(), outcome, statusUrl: await linkOf(report.id) };
    drafts.push(draft(report, { template: "report_outcome", props }, at, `outcome:${decisionId}`));
  }
  return drafts;
}

async function reportsOf(tx: Tx, crypto: Deps["crypto"], caseId: string, where: typeof unresolvedReports | { state: "resolved"; outcome: CaseOutcome; resolvedAt?: Date }): Promise<TellableReport[]> {
  const rows = await tx.report.findMany({
    where: { caseId, ...where },
    orderBy: { id: "asc" },
    select: { id: true, reference: true, platformId: true, caseId: true, accountId: true, language: true, reporter: { select: { emailSealed: true } } },
  });
  return rows.map(({ reporter, ...report }) => ({ ...report, email: reporter?.emailSealed ? crypto.open(reporter.emailSealed, "reporter.email") : null }));
}

/** Ends the reports without an outcome and gives what has to be known to tell whoever sent them, in one statement. */
async function resolveAll(tx: Tx, crypto: Deps["crypto"], { caseId, outcome, at }: { caseId: string; outcome: CaseOutcome; at: DateTime }): Promise<TellableReport[]> {
  const resolved = reportMachine.after("attached", "resolve");
  if (!resolved.ok) throw new Error("an attached report cannot be resolved");
  const rows = await tx.$queryRaw<(Omit<TellableReport, "email"> & { emailSealed: string | null })[]>`
    UPDATE report AS r SET state = ${resolved.state}::report_state, outcome = ${outcome}::report_outcome, resolved_at = ${at.toJSDate()}, revised_at = NULL
     WHERE case_id = ${caseId}::uuid AND (state = 'attached' OR (state = 'resolved' AND outcome = 'reversed'))
    RETURNING id, reference, platform_id AS "platformId", case_id AS "caseId", account_id AS "accountId", language,
              (SELECT w.email_sealed FROM reporter w WHERE w.id = r.reporter_id) AS "emailSealed"`;
  return rows
    .map(({ emailSealed, ...report }) => ({ ...report, email: emailSealed ? crypto.open(emailSealed, "reporter.email") : null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What each reporter of a case would be told by this outcome; `linkOf` gives the address of their page as it is shown. */
export async function previewOutcomes(
  tx: Tx,
  deps: Pick<Deps, "crypto">,
  { caseId, outcome, at, link }: { caseId: string; outcome: CaseOutcome; at: DateTime; link: string },
): Promise<{ drafts: NoticeDraft[]; silent: number }> {
  const reports = await reportsOf(tx, deps.crypto, caseId, unresolvedReports);
  const drafts = await outcomeDraftsOf(reports, outcome, at, "preview", () => Promise.resolve(link));
  return { drafts, silent: reports.length - drafts.length };
}

/**
 * Ends every report of a case that has no outcome, or none any more, with the case's outcome and tells each reporter who left an address, in the
 * transaction of the decision (rule of procedure 7). The caller holds the case's lock.
 */
export async function resolveReports(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { caseId, decisionId, outcome, at, sender }: { caseId: string; decisionId: string; outcome: CaseOutcome; at: DateTime; sender?: NoticeDraft["sender"] },
): Promise<{ resolved: number; told: number }> {
  const reports = await resolveAll(tx, deps.crypto, { caseId, outcome, at });
  await recordAudits(
    tx,
    actor,
    reports.map((report) => ({ type: "report.resolved", at, platformId: report.platformId, accountId: report.accountId, caseId, reportId: report.id, outcome })),
  );
  const links = await reportLinks(tx, deps, reports.filter(hasAddress).map(({ id }) => id), at);
  const drafts = await outcomeDraftsOf(reports, outcome, at, decisionId, (reportId) => Promise.resolve(links.get(reportId)!));
  await stageNotices(tx, deps, drafts.map((one) => ({ ...one, sender })));
  return { resolved: reports.length, told: drafts.length };
}

/**
 * Tells the reporters of a case what became of the outcome they were told, after an appeal or a reversal (rule of
 * procedure 5). Their page keeps the first outcome and adds what became of it. `told`: which first outcome, told when; any
 * action taken, unless said.
 */
export async function reviseOutcomes(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  { caseId, occasion, revision, at, told: first }: { caseId: string; occasion: string; revision: Revision; at: DateTime; told?: { outcome: CaseOutcome; at: Date } },
): Promise<{ told: number }> {
  const reports = await reportsOf(tx, deps.crypto, caseId, { state: "resolved", outcome: first?.outcome ?? "action_taken", resolvedAt: first?.at });
  const reversed = revision === "reversed" || revision === "reopened";
  if (revision !== "unchanged") {
    const data = { revisedAt: at.toJSDate(), ...(reversed ? { outcome: "reversed" as const } : {}) };
    await tx.report.updateMany({ where: { id: { in: reports.map(({ id }) => id) } }, data });
  }
  if (reversed) {
    await recordAudits(
      tx,
      actor,
      reports.map((report) => ({ type: "report.outcome_reversed", at, platformId: report.platformId, accountId: report.accountId, caseId, reportId: report.id })),
    );
  }
  const tellable = reports.filter(hasAddress);
  const links = await reportLinks(tx, deps, tellable.map(({ id }) => id), at);
  const drafts = tellable.map((report) => {
    const props = { reference: report.reference, at: at.toJSDate(), outcome: revision, statusUrl: links.get(report.id)! };
    return draft(report, { template: "decision_reversed", props }, at, `revised:${occasion}`);
  });
  await stageNotices(tx, deps, drafts);
  return { told: tellable.length };
}
