import { DateTime } from "luxon";
import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { sweepDue, type Batch, type BatchDone } from "~/infra/sweep.server";
import { addBusinessDays } from "~/infra/business-time";
import { recordAudit } from "../audit/record-audit.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { appealDueAt } from "./appeal";
import { tellColleagues } from "./tell-colleagues.server";
import { unmatchedReference } from "./unmatched-reference";

const sweeper = { kind: "system", name: "appeals.sla" } as const;
const utc = (date: Date): DateTime<true> => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/** The latest first: what is found late is marked with each step that has passed, and only the latest is mailed. */
const steps = [
  { step: "breached", mark: "breachedAt", type: "appeal.unmatched_breached", daysLeft: 0 },
  { step: "urged", mark: "urgedAt", type: "appeal.unmatched_urged", daysLeft: 2 },
  { step: "warned", mark: "warnedAt", type: "appeal.unmatched_warned", daysLeft: 5 },
] as const;

/**
 * The clock of appeals that wait for a person to find the action they mean (CF-AUP 7.3): it runs from when they came in, so
 * colleagues are warned and leads told of a breach as with any other, and the breach is counted also if nothing comes of them.
 * Reads only what lacks a mark that is due, so that no number of appeals which wait for their next one keeps another from its own.
 *
 * @returns how many appeals were marked
 */
export async function sweepUnmatchedSla(deps: Deps, limit = 200): Promise<number> {
  const now = deps.clock();
  await workOutDueDays(deps, limit);
  const platforms = await deps.db.platform.findMany({ select: { id: true } });
  let marked = 0;
  for (const { id } of platforms) {
    const terms = await platformTerms(deps.db, id);
    marked += await sweepDue(deps, { name: "appeals.unmatched-sla", limit }, (tx, batch) => markDue(tx, deps, { terms, now }, batch));
  }
  return marked;
}

async function workOutDueDays(deps: Deps, batch: number): Promise<void> {
  const fresh = await deps.db.unmatchedAppeal.findMany({ where: { settledAt: null, lookedAt: { not: null }, dueAt: null, platformId: { not: null } }, orderBy: { id: "asc" }, take: batch, select: { id: true, platformId: true, receivedAt: true } });
  for (const { id, platformId, receivedAt } of fresh) {
    const { appealSlaBusinessDays, calendar } = await platformTerms(deps.db, platformId!);
    await deps.db.unmatchedAppeal.updateMany({ where: { id, dueAt: null }, data: { dueAt: appealDueAt(utc(receivedAt), appealSlaBusinessDays, calendar).toJSDate() } });
  }
}

type Waiting = { id: string; dueAt: Date; breachedAt: Date | null; urgedAt: Date | null; warnedAt: Date | null };

async function markDue(tx: Tx, deps: Deps, { terms, now }: { terms: Terms; now: DateTime<true> }, { after, limit, reached }: Batch): Promise<BatchDone> {
  const [breach, urge, warn] = steps.map(({ daysLeft }) => reach(now, daysLeft, terms).toJSDate());
  const further = after ? Prisma.sql`AND (due_at, id) > (${after.at}, ${after.id}::uuid)` : Prisma.empty;
  const rows = await tx.$queryRaw<Waiting[]>`
    SELECT id, due_at AS "dueAt", breached_at AS "breachedAt", urged_at AS "urgedAt", warned_at AS "warnedAt" FROM unmatched_appeal
     WHERE settled_at IS NULL AND breached_at IS NULL AND looked_at IS NOT NULL AND platform_id = ${terms.platformId}::uuid AND due_at <= ${warn}
       AND (warned_at IS NULL OR (urged_at IS NULL AND due_at <= ${urge}) OR due_at <= ${breach}) ${further}
     ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
  const last = rows.at(-1);
  if (last) reached({ at: last.dueAt, id: last.id });
  for (const row of rows) await mark(tx, deps, row, { terms, now });
  return { seen: rows.length, done: rows.length };
}

async function mark(tx: Tx, deps: Deps, row: Waiting, { terms, now }: { terms: Terms; now: DateTime<true> }): Promise<void> {
  const { id, dueAt } = row;
  const { platformId } = terms;
  const passed = steps.filter(({ daysLeft }) => dueAt <= reach(now, daysLeft, terms).toJSDate());
  const news = passed.filter((one) => row[one.mark] === null);
  const [latest] = passed;
  if (!latest) return;
  await tx.unmatchedAppeal.update({ where: { id }, data: Object.fromEntries(news.map((one) => [one.mark, now.toJSDate()])), select: { id: true } });
  for (const { type } of news) await recordAudit(tx, sweeper, { type, at: now, platformId, unmatchedAppealId: id, dueAt: utc(dueAt) });
  if (news.includes(latest)) await tellColleagues(tx, deps, [{ id, reference: unmatchedReference(id), reviewerId: null, dueAt, unmatched: true }], { step: latest.step, terms, at: now });
}

const reach = (now: DateTime<true>, daysLeft: number, { calendar }: Terms): DateTime<true> => (daysLeft === 0 ? now : addBusinessDays(now, daysLeft, calendar));
