import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
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
 *
 * @returns how many marks were set
 */
export async function sweepUnmatchedSla(deps: Deps, batch = 200): Promise<number> {
  const now = deps.clock();
  await workOutDueDays(deps, batch);
  const waiting = await deps.db.unmatchedAppeal.findMany({
    where: { settledAt: null, lookedAt: { not: null }, breachedAt: null, dueAt: { lte: now.plus({ days: 45 }).toJSDate() } },
    orderBy: [{ dueAt: "asc" }, { id: "asc" }],
    take: batch,
    select: { id: true },
  });
  let set = 0;
  for (const { id } of waiting) set += await deps.db.$transaction((tx) => mark(tx, deps, id, now));
  return set;
}

async function workOutDueDays(deps: Deps, batch: number): Promise<void> {
  const fresh = await deps.db.unmatchedAppeal.findMany({ where: { settledAt: null, lookedAt: { not: null }, dueAt: null, platformId: { not: null } }, orderBy: { id: "asc" }, take: batch, select: { id: true, platformId: true, receivedAt: true } });
  for (const { id, platformId, receivedAt } of fresh) {
    const { appealSlaBusinessDays, calendar } = await platformTerms(deps.db, platformId!);
    await deps.db.unmatchedAppeal.updateMany({ where: { id, dueAt: null }, data: { dueAt: appealDueAt(utc(receivedAt), appealSlaBusinessDays, calendar).toJSDate() } });
  }
}

async function mark(tx: Tx, deps: Deps, id: string, now: DateTime<true>): Promise<number> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM unmatched_appeal WHERE id = ${id}::uuid AND settled_at IS NULL FOR UPDATE SKIP LOCKED`;
  const row = locked.length > 0 ? await tx.unmatchedAppeal.findUnique({ where: { id } }) : null;
  if (!row?.platformId || !row.dueAt) return 0;
  const { platformId, dueAt } = row;
  const terms = await platformTerms(tx, platformId);
  const passed = steps.filter(({ daysLeft }) => dueAt <= reach(now, daysLeft, terms).toJSDate());
  const news = passed.filter((one) => row[one.mark] === null);
  const [latest] = passed;
  if (news.length === 0 || !latest) return 0;
  await tx.unmatchedAppeal.update({ where: { id }, data: Object.fromEntries(news.map((one) => [one.mark, now.toJSDate()])), select: { id: true } });
  for (const { type } of news) await recordAudit(tx, sweeper, { type, at: now, platformId, unmatchedAppealId: id, dueAt: utc(dueAt) });
  if (news.includes(latest)) await tellColleagues(tx, deps, [{ id, reference: unmatchedReference(id), reviewerId: null, dueAt, unmatched: true }], { step: latest.step, terms, at: now });
  return news.length;
}

const reach = (now: DateTime<true>, daysLeft: number, { calendar }: Terms): DateTime<true> => (daysLeft === 0 ? now : addBusinessDays(now, daysLeft, calendar));
