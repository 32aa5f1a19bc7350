import { DateTime } from "luxon";
import type { Db, Tx } from "~/infra/db.server";
import type { RuleMeasureState } from "./rule-measure";

export interface RuleMeasureRow {
  id: string;
  platformId: string;
  accountId: string;
  caseId: string;
  signalId: string;
  rule: string;
  ruleVersion: number;
  features: string[];
  days: number;
  state: RuleMeasureState;
  automationId: string | null;
  actionId: string | null;
  answeredAt: DateTime | null;
  expiresAt: DateTime;
}

const orNull = (date: Date | null): DateTime | null => (date ? DateTime.fromJSDate(date, { zone: "utc" }) : null);

type Found = Omit<RuleMeasureRow, "state" | "answeredAt" | "expiresAt"> & { state: string; answeredAt: Date | null; expiresAt: Date };
const rowOf = (row: Found): RuleMeasureRow => ({ ...row, state: row.state as RuleMeasureState, answeredAt: orNull(row.answeredAt), expiresAt: orNull(row.expiresAt)! });

/** Whose proposal it is, so that the account can be locked before it. */
export const accountOfRuleMeasure = (tx: Tx, id: string): Promise<{ accountId: string; caseId: string } | null> => tx.ruleMeasure.findUnique({ where: { id }, select: { accountId: true, caseId: true } });

/** The proposal. The caller holds the account's lock, under which every answer is given. */
export async function ruleMeasureById(tx: Tx, id: string): Promise<RuleMeasureRow | null> {
  const row = await tx.ruleMeasure.findUnique({ where: { id } });
  return row && rowOf(row);
}

export async function ruleMeasureOfSignal(tx: Tx, signalId: string): Promise<RuleMeasureRow | null> {
  const row = await tx.ruleMeasure.findUnique({ where: { signalId } });
  return row && rowOf(row);
}

/** What one rule proposed on a case before, and what became of its measures. */
export async function earlierOfRule(tx: Tx, of: { caseId: string; rule: string }): Promise<{ waiting: boolean; refusedAt: number | null; didBefore: boolean }> {
  const rows = await tx.ruleMeasure.findMany({ where: of, select: { state: true, answeredAt: true, automationId: true, action: { select: { state: true, endedAt: true, endedById: true } } } });
  const refused = rows.flatMap(({ state, answeredAt, action }) => [
    ...(state === "refused" && answeredAt ? [answeredAt.getTime()] : []),
    ...(action?.endedAt && (action.state === "reversed" || (action.state === "lifted" && action.endedById)) ? [action.endedAt.getTime()] : []),
  ]);
  return { waiting: rows.some(({ state }) => state === "waiting"), refusedAt: refused.length > 0 ? Math.max(...refused) : null, didBefore: rows.some(({ automationId }) => automationId !== null) };
}

export type NewRuleMeasure = Omit<RuleMeasureRow, "answeredAt" | "expiresAt"> & { createdAt: DateTime; expiresAt: DateTime };

export async function insertRuleMeasure(tx: Tx, { createdAt, expiresAt, ...row }: NewRuleMeasure): Promise<void> {
  const at = createdAt.toJSDate();
  await tx.ruleMeasure.create({ data: { ...row, createdAt: at, expiresAt: expiresAt.toJSDate(), answeredAt: row.state === "waiting" ? null : at }, select: { id: true } });
}

export interface RuleAnswer {
  state: Exclude<RuleMeasureState, "waiting">;
  byId: string | null;
  at: DateTime;
  reason: string | null;
  actionId?: string;
}

export const answerRow = (tx: Tx, id: string, { state, byId, at, reason, actionId }: RuleAnswer): Promise<unknown> =>
  tx.ruleMeasure.update({ where: { id }, data: { state, answeredById: byId, answeredAt: at.toJSDate(), answerReason: reason, ...(actionId && { actionId }) }, select: { id: true } });

export const moveToCase = (tx: Tx, id: string, caseId: string): Promise<unknown> => tx.ruleMeasure.update({ where: { id }, data: { caseId }, select: { id: true } });

/** Proposals that waited too long, or whose case is not open any more. */
export async function overdueRuleMeasures(db: Db, at: DateTime, limit: number): Promise<string[]> {
  const rows = await db.ruleMeasure.findMany({
    where: { state: "waiting", OR: [{ expiresAt: { lte: at.toJSDate() } }, { case: { state: { in: ["decided", "closed"] } } }] },
    orderBy: [{ expiresAt: "asc" }, { id: "asc" }],
    take: limit,
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
