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
  versionNumber: number;
};

/**
 * The clause as it read at an instant: what a finding about conduct of that time cites. Null when no version of the
 * policy was in force then, or when that version did not have the clause.
 */
export async function clauseInForce(tx: Tx, { platformId, clauseId, at }: { platformId: string; clauseId: string; at: DateTime }): Promise<ClauseInForce | null> {
  const instant = at.toJSDate();
  const found = await tx.clauseVersion.findFirst({
    where: {
      clauseId,
      clause: { policy: { platformId } },
      policyVersion: { state: { in: ["in_force", "superseded"] }, effectiveFrom: { lte: instant }, OR: [{ effectiveTo: null }, { effectiveTo: { gt: instant } }] },
    },
    include: { clause: true, policyVersion: { include: { policy: true } } },
  });
  if (!found) return null;
  return {
    clauseVersionId: found.id,
    clauseId,
    code: found.clause.code,
    area: found.clause.area,
    title: found.title,
    titleEs: found.titleEs,
    body: found.body,
    severity: found.severity,
    policyCode: found.policyVersion.policy.code,
    policyTitle: found.policyVersion.policy.title,
    versionNumber: found.policyVersion.number,
  };
}

/** Every clause of the platform as it reads at an instant, in the order of its policies: what a finding can cite. */
export async function clausesInForce(tx: Tx, platformId: string, at: DateTime): Promise<Omit<ClauseInForce, "policyCode" | "policyTitle" | "versionNumber" | "body" | "clauseVersionId" | "titleEs">[]> {
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
