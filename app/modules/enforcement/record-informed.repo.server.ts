import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";

export interface UninformedAction {
  id: string;
  caseId: string;
  accountId: string;
  platformId: string;
  zone: string;
  windowDays: number;
}

/** What the account holder may not be told of is never in a message, so its window does not open by one either. */
export const lockUninformedActions = (tx: Tx, about: { decisionId: string | null; actionId: string | null }): Promise<UninformedAction[]> => tx.$queryRaw`
  SELECT a.id, a.case_id AS "caseId", a.account_id AS "accountId", c.platform_id AS "platformId", p.zone, p.appeal_window_days AS "windowDays"
    FROM action a JOIN "case" c ON c.id = a.case_id JOIN platform p ON p.id = c.platform_id
   WHERE (a.decision_id = ${about.decisionId}::uuid OR a.id = ${about.actionId}::uuid)
     AND a.informed_at IS NULL AND NOT a.no_tip_off
   ORDER BY a.id FOR UPDATE OF a`;

export const saveInformed = (tx: Tx, actionId: string, informedAt: DateTime, closesAt: DateTime | null): Promise<unknown> =>
  tx.action.update({ where: { id: actionId }, data: { informedAt: informedAt.toJSDate(), appealClosesAt: closesAt?.toJSDate() ?? null }, select: { id: true } });
