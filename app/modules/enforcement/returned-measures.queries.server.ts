import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { approvalHours } from "./decide-case.server";

/** A measure somebody proposed apart from a decision, and that nobody agreed to. */
export interface ReturnedMeasure {
  id: string;
  actionId: string;
  what: "change" | "interim" | "extension";
  reference: string;
  how: "expired" | "rejected";
  /** What the second person said. */
  reason: string;
  at: Date;
  caseReference: string;
  area: string;
  businessName: string;
  platformName: string;
  zone: string;
}

/** What was said of an answer stands in the case's timeline alone. */
const saidOf = (kind: string, actionId: Prisma.Sql, caseId: Prisma.Sql, at: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT e.at, e.actor_kind, e.actor_id, coalesce(e.data->>'reason', '') AS reason FROM case_event e
   WHERE e.case_id = ${caseId} AND e.kind = ${kind} AND e.data->>'actionId' = ${actionId}::text AND e.at >= ${at} ORDER BY e.at, e.id LIMIT 1`;

/**
 * Changes of actions, interim measures and days more of them that this person proposed and that came back unanswered or
 * refused, while there is still something to propose anew and nobody did.
 */
export function returnedMeasures({ db }: Pick<Deps, "db">, proposerId: string, { since, most }: { since: Date; most: number }): Promise<ReturnedMeasure[]> {
  return db.$queryRaw<ReturnedMeasure[]>`
    WITH came_back AS (
      SELECT p.id, o.id AS action_id, 'change' AS what, o.reference, CASE p.state WHEN 'rejected' THEN 'rejected' ELSE 'expired' END AS how, coalesce(p.reason, '') AS reason, p.answered_at AS at, o.case_id
        FROM approval p JOIN action n ON n.id = p.action_id JOIN action o ON o.id = n.replaces_id AND o.state = 'active'
       WHERE p.proposer_id = ${proposerId}::uuid AND p.answered_at >= ${since} AND (p.state = 'rejected' OR (p.state = 'expired' AND p.answered_at >= p.expires_at))
         AND NOT EXISTS (SELECT FROM action later WHERE later.replaces_id = o.id AND (later.created_at, later.id) > (n.created_at, n.id))
      UNION ALL
      SELECT a.id, a.id, 'interim', a.reference, CASE said.actor_kind WHEN 'staff' THEN 'rejected' ELSE 'expired' END, said.reason, said.at, a.case_id
        FROM action a CROSS JOIN LATERAL (${saidOf("interim_dropped", Prisma.sql`a.id`, Prisma.sql`a.case_id`, Prisma.sql`a.created_at`)}) said
       WHERE a.proposer_id = ${proposerId}::uuid AND a.interim AND a.state = 'rejected' AND a.created_at >= ${since}::timestamptz - interval '${Prisma.raw(String(approvalHours))} hours' AND said.at >= ${since}
         AND (CASE said.actor_kind WHEN 'staff' THEN said.actor_id <> a.proposer_id ELSE said.at >= a.created_at + interval '${Prisma.raw(String(approvalHours))} hours' END)
         AND NOT EXISTS (SELECT FROM action later WHERE later.case_id = a.case_id AND (later.created_at, later.id) > (a.created_at, a.id))
      UNION ALL
      SELECT x.id, a.id, 'extension', a.reference, CASE x.state WHEN 'rejected' THEN 'rejected' ELSE 'expired' END, coalesce(said.reason, ''), x.answered_at, a.case_id
        FROM interim_extension x JOIN action a ON a.id = x.action_id AND a.state = 'active'
        LEFT JOIN LATERAL (${saidOf("interim_extension_dropped", Prisma.sql`a.id`, Prisma.sql`a.case_id`, Prisma.sql`x.answered_at`)}) said ON true
       WHERE x.proposer_id = ${proposerId}::uuid AND x.answered_at >= ${since} AND (x.state = 'rejected' OR (x.state = 'lapsed' AND x.answered_at >= x.expires_at))
         AND NOT EXISTS (SELECT FROM interim_extension later WHERE later.action_id = a.id AND (later.requested_at, later.id) > (x.requested_at, x.id))
    )
    SELECT b.id, b.action_id AS "actionId", b.what, b.reference, b.how, b.reason, b.at, c.reference AS "caseReference", c.area, a.business_name AS "businessName", pl.name AS "platformName", pl.zone
      FROM came_back b
      JOIN "case" c ON c.id = b.case_id AND (b.what = 'change' OR c.state NOT IN ('decided', 'closed'))
      JOIN account a ON a.id = c.account_id
      JOIN platform pl ON pl.id = a.platform_id
     ORDER BY b.at DESC, b.id DESC LIMIT ${most}`;
}
