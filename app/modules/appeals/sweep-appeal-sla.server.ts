import type { DateTime } from "luxon";
import { addBusinessDays } from "~/infra/business-time";
import type { Tx } from "~/infra/db.server";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { recordAudits } from "../audit/record-audit.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { colleaguesToTell, tellColleagues, type DueAppeal } from "./tell-colleagues.server";

const sweeper = { kind: "system", name: "appeals.sla" } as const;

/** Marks of the clock on an appeal that is still open, the latest first: an appeal found late gets each of them once. */
const marks = [
  { column: "breached_at", step: "breached", type: "appeal.sla_breached", daysLeft: null },
  { column: "urged_at", step: "urged", type: "appeal.sla_urged", daysLeft: 2 },
  { column: "warned_at", step: "warned", type: "appeal.sla_warned", daysLeft: 5 },
] as const;

/**
 * Warns when five and when two business days are left to rule, and escalates to the leads at the breach (CF-AUP 7.3: ten
 * business days): each recorded once per appeal, whoever runs it and however often, with the mails to colleagues. The clock
 * of an appeal that waits for its appellant stands still. Steps that were passed unseen are marked, but only the
 * latest is mailed.
 *
 * Reads only what is due, by the partial index on appeals without the mark. Two workers at once share the rows by SKIP LOCKED.
 *
 * @returns how many marks were set
 */
export async function sweepAppealSla(deps: Deps, batch = 1_000): Promise<number> {
  const now = deps.clock();
  const platforms = await deps.db.platform.findMany({ select: { id: true } });
  let set = 0;
  for (const platform of platforms) {
    const terms = await deps.db.$transaction((tx) => platformTerms(tx, platform.id));
    for (const mark of marks) {
      const dueBy = mark.daysLeft === null ? now : addBusinessDays(now, mark.daysLeft, terms.calendar);
      for (let taken = batch; taken === batch; set += taken) {
        taken = await deps.db.$transaction((tx) => setMark(tx, deps, terms, mark, dueBy, now, batch));
      }
    }
  }
  return set;
}

async function setMark(tx: Tx, deps: Deps, terms: Terms, mark: (typeof marks)[number], dueBy: DateTime, now: DateTime, limit: number): Promise<number> {
  const column = Prisma.raw(mark.column);
  const rows = await tx.$queryRaw<(DueAppeal & { accountId: string; caseId: string; later: boolean })[]>`
    UPDATE appeal SET ${column} = ${now.toJSDate()}
      FROM action
     WHERE action.id = appeal.action_id AND appeal.id IN (
       SELECT id FROM appeal
        WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND due_at <= ${dueBy.toJSDate()} AND platform_id = ${terms.platformId}::uuid AND ${column} IS NULL
        ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING appeal.id, appeal.reference, appeal.account_id AS "accountId", action.case_id AS "caseId", appeal.reviewer_id AS "reviewerId", appeal.due_at AS "dueAt",
      CASE ${mark.step} WHEN 'warned' THEN num_nonnulls(urged_at, breached_at) > 0 WHEN 'urged' THEN breached_at IS NOT NULL ELSE false END AS later`;
  const tell = rows.some(({ later }) => !later) ? await colleaguesToTell(tx) : null;
  const told = { type: mark.type, at: now, platformId: terms.platformId };
  await recordAudits(
    tx,
    sweeper,
    rows.map(({ id, accountId, caseId, reviewerId, dueAt }) => ({ ...told, accountId, caseId, appealId: id, reviewerId, dueAt: dueAt.toISOString() })),
  );
  for (const row of rows) {
    if (tell && !row.later) await tellColleagues(tx, deps, tell, { appeal: row, step: mark.step, terms, at: now });
  }
  return rows.length;
}
