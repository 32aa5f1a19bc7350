import type { DateTime } from "luxon";
import { addBusinessDays } from "~/infra/business-time";
import type { Tx } from "~/infra/db.server";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";

const sweeper = { kind: "system", name: "appeals.sla" } as const;

/** Marks of the clock on an appeal that is still open, the latest first: an appeal found late gets each of them once. */
const marks = [
  { column: "breached_at", type: "appeal.sla_breached", daysLeft: null },
  { column: "urged_at", type: "appeal.sla_urged", daysLeft: 2 },
  { column: "warned_at", type: "appeal.sla_warned", daysLeft: 5 },
] as const;

/**
 * Warns when five and when two business days are left to rule, and escalates at the breach (CF-AUP 7.3: ten business
 * days): each recorded once per appeal, whoever runs it and however often.
 *
 * Reads only what is due, by the partial index on live appeals. Two workers at once share the rows by SKIP LOCKED.
 *
 * @returns how many marks were set
 */
export async function sweepAppealSla(deps: Deps, batch = 200): Promise<number> {
  const now = deps.clock();
  const platforms = await deps.db.platform.findMany({ select: { id: true } });
  let set = 0;
  for (const platform of platforms) {
    const terms = await deps.db.$transaction((tx) => platformTerms(tx, platform.id));
    for (const mark of marks) {
      const dueBy = mark.daysLeft === null ? now : addBusinessDays(now, mark.daysLeft, terms.calendar);
      for (let taken = batch; taken === batch; set += taken) {
        taken = await deps.db.$transaction((tx) => setMark(tx, terms, mark, dueBy, now, batch));
      }
    }
  }
  return set;
}

async function setMark(tx: Tx, terms: Terms, mark: (typeof marks)[number], dueBy: DateTime, now: DateTime, limit: number): Promise<number> {
  const column = Prisma.raw(mark.column);
  const rows = await tx.$queryRaw<{ id: string; accountId: string; caseId: string; reviewerId: string | null; dueAt: Date }[]>`
    UPDATE appeal SET ${column} = ${now.toJSDate()}
      FROM action
     WHERE action.id = appeal.action_id AND appeal.id IN (
       SELECT id FROM appeal
        WHERE state IN ('filed', 'under_review') AND due_at <= ${dueBy.toJSDate()} AND platform_id = ${terms.platformId}::uuid AND ${column} IS NULL
        ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING appeal.id, appeal.account_id AS "accountId", action.case_id AS "caseId", appeal.reviewer_id AS "reviewerId", appeal.due_at AS "dueAt"`;
  for (const row of rows) {
    await recordAudit(tx, sweeper, {
      type: mark.type, at: now, platformId: terms.platformId, accountId: row.accountId, caseId: row.caseId,
      appealId: row.id, reviewerId: row.reviewerId, dueAt: row.dueAt.toISOString(),
    });
  }
  return rows.length;
}
