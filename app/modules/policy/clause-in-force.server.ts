import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Severity } from "./severity";

export type ClauseInForce = {
  clauseVersionId: string;
  clauseId: string;
  code: string;
  area: string;
  title: string;
  titleEs: string | null;
  body: string;
  severity: Severity;
  policyCode: string;
  policyTitle: string;
  policyTitleEs: string | null;
  versionNumber: number;
};

/**
 * The clause as it read at an instant: what a finding about conduct of that time cites. Null when no version of the
 * policy was in force then, or when that version did not have the clause.
 */
export async function clauseInForce(tx: Tx, { platformId, clauseId, at }: { platformId: string; clauseId: string; at: DateTime }): Promise<ClauseInForce | null> {
  const instant = at.toJSDate();
  const [found] = await tx.$queryRaw<ClauseInForce[]>`
    SELECT cv.id AS "clauseVersionId", c.id AS "clauseId", c.code, c.area, cv.title, cv.title_es AS "titleEs", cv.body, cv.severity::text AS severity,
           p.code AS "policyCode", p.title AS "policyTitle", p.title_es AS "policyTitleEs", pv.number AS "versionNumber"
      FROM clause_version cv
      JOIN clause c ON c.id = cv.clause_id
      JOIN policy p ON p.id = c.policy_id
      JOIN policy_version pv ON pv.id = cv.policy_version_id
     WHERE cv.clause_id = ${clauseId}::uuid AND p.platform_id = ${platformId}::uuid AND pv.state IN ('in_force', 'superseded')
       AND pv.effective_from <= ${instant} AND (pv.effective_to IS NULL OR pv.effective_to > ${instant})
     LIMIT 1`;
  return found ?? null;
}

/** Every clause of the platform as it reads at an instant, in the order of its policies: what a finding can cite. */
export async function clausesInForce(tx: Tx, platformId: string, at: DateTime): Promise<Omit<ClauseInForce, "policyCode" | "policyTitle" | "policyTitleEs" | "versionNumber" | "body" | "clauseVersionId" | "titleEs">[]> {
  const instant = at.toJSDate();
  const rows = await tx.clauseVersion.findMany({
    where: {
      clause: { policy: { platformId } },
      policyVersion: { state: { in: ["in_force", "superseded"] }, effectiveFrom: { lte: instant }, OR: [{ effectiveTo: null }, { effectiveTo: { gt: instant } }] },
    },
    orderBy: [{ policyVersion: { policy: { code: "asc" } } }, { position: "asc" }],
    include: { clause: true },
  });
  return rows.map(({ clauseId, clause, title, severity }) => ({ clauseId, code: clause.code, area: clause.area, title, severity }));
}
