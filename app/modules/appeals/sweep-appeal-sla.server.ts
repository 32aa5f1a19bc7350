import type { DateTime } from "luxon";
import { addBusinessDays } from "~/infra/business-time";
import type { Tx } from "~/infra/db.server";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { sweepDue, type Batch, type BatchDone } from "~/infra/sweep.server";
import { auditOfEach } from "../audit/record-audit.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { tellColleagues, type DueAppeal } from "./tell-colleagues.server";

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
export async function sweepAppealSla(deps: Deps, limit = 1_000): Promise<number> {
  const now = deps.clock();
  const platforms = await deps.db.platform.findMany({ select: { id: true } });
  let set = 0;
  for (const platform of platforms) {
    const terms = await deps.db.$transaction((tx) => platformTerms(tx, platform.id));
    for (const mark of marks) {
      const dueBy = mark.daysLeft === null ? now : addBusinessDays(now, mark.daysLeft, terms.calendar);
      set += await sweepDue(deps, { name: "appeals.sla", limit, lanes: 2 }, (tx, batch) => setMark(tx, deps, { terms, mark, dueBy, now }, batch));
    }
  }
  return set;
}

type Marking = { terms: Terms; mark: (typeof marks)[number]; dueBy: DateTime; now: DateTime };
type Marked = Omit<DueAppeal, "dueAt"> & { dueMillis: number; later: boolean };

/** One statement marks the appeals, adds their audit entries and answers, as one value, whom they concern. What was taken is an array: joined, PostgreSQL read the whole table for it. */
async function setMark(tx: Tx, deps: Deps, { terms, mark, dueBy, now }: Marking, { after, limit, reached }: Batch): Promise<BatchDone> {
  const column = Prisma.raw(mark.column);
  const further = after ? Prisma.sql`AND (due_at, id) > (${after.at}, ${after.id}::uuid)` : Prisma.empty;
  const facts = Prisma.sql`SELECT account_id, case_id, json_build_object('appealId', id, 'reviewerId', reviewer_id, 'dueAt', iso_instant(due_at)) AS facts FROM marked ORDER BY due_at, id`;
  const [{ answer } = { answer: [] }] = await tx.$queryRaw<{ answer: Marked[] }[]>`
    WITH due AS (
      SELECT id FROM appeal
       WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND ${column} IS NULL AND due_at <= ${dueBy.toJSDate()} AND platform_id = ${terms.platformId}::uuid ${further}
       ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), marked AS (
      UPDATE appeal SET ${column} = ${now.toJSDate()} FROM action WHERE appeal.id = ANY (ARRAY(SELECT id FROM due)) AND action.id = appeal.action_id
      RETURNING appeal.id, appeal.reference, appeal.account_id, action.case_id, appeal.reviewer_id, appeal.due_at,
        CASE ${mark.step} WHEN 'warned' THEN num_nonnulls(urged_at, breached_at) > 0 WHEN 'urged' THEN breached_at IS NOT NULL ELSE false END AS later
    ), entered AS (${auditOfEach(sweeper, { type: mark.type, at: now, platformId: terms.platformId }, facts)})
    SELECT coalesce(json_agg(json_build_object('id', id, 'reference', reference, 'reviewerId', reviewer_id, 'dueMillis', (extract(epoch FROM due_at) * 1000)::bigint, 'later', later)
             ORDER BY due_at, id), '[]') AS answer FROM marked`;
  const last = answer.at(-1);
  if (last) reached({ at: new Date(last.dueMillis), id: last.id });
  const toTell = answer.filter(({ later }) => !later).map(({ dueMillis, ...appeal }) => ({ ...appeal, dueAt: new Date(dueMillis) }));
  await tellColleagues(tx, deps, toTell, { step: mark.step, terms, at: now });
  return { seen: answer.length, done: answer.length };
}
