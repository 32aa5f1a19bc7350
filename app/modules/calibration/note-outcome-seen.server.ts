import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";

/** The page that shows what was decided, by what its address names, or by what it lists. */
export type Seen =
  | { caseReference: string }
  | { actionId: string }
  | { decisionId: string }
  | { appealReferences: readonly string[] }
  | { actionReferences: readonly string[] }
  | { accountId: string }
  | { noticeIds: readonly string[] }
  | { caseReferences: readonly string[]; accountIds: readonly string[] }
  | { decisionIds: readonly string[] }
  | { statementIds: readonly string[] }
  | { statementBatchId: string };

function casesOf(seen: Seen): Prisma.Sql {
  if ("caseReference" in seen) return Prisma.sql`SELECT id FROM "case" WHERE reference = ${seen.caseReference}`;
  if ("actionId" in seen) return Prisma.sql`SELECT case_id FROM action WHERE id = ${seen.actionId}::uuid`;
  if ("decisionId" in seen) return Prisma.sql`SELECT case_id FROM decision WHERE id = ${seen.decisionId}::uuid`;
  if ("appealReferences" in seen) return Prisma.sql`SELECT a.case_id FROM appeal l JOIN action a ON a.id = l.action_id WHERE l.reference = ANY(${seen.appealReferences})`;
  if ("actionReferences" in seen) return Prisma.sql`SELECT case_id FROM action WHERE reference = ANY(${seen.actionReferences})`;
  if ("noticeIds" in seen)
    return Prisma.sql`SELECT coalesce(n.case_id, d.case_id, a.case_id) FROM notice n LEFT JOIN decision d ON d.id = n.decision_id LEFT JOIN action a ON a.id = n.action_id WHERE n.id = ANY(${seen.noticeIds}::uuid[])`;
  if ("caseReferences" in seen) return Prisma.sql`SELECT id FROM "case" WHERE reference = ANY(${seen.caseReferences}) OR account_id = ANY(${seen.accountIds}::uuid[])`;
  if ("decisionIds" in seen) return Prisma.sql`SELECT case_id FROM decision WHERE id = ANY(${seen.decisionIds}::uuid[])`;
  if ("statementIds" in seen) return Prisma.sql`SELECT d.case_id FROM statement_of_reasons s JOIN decision d ON d.id = s.decision_id WHERE s.id = ANY(${seen.statementIds}::uuid[])`;
  if ("statementBatchId" in seen)
    return Prisma.sql`SELECT d.case_id FROM statement_publication p JOIN statement_of_reasons s ON s.id = p.statement_id JOIN decision d ON d.id = s.decision_id WHERE p.batch_id = ${seen.statementBatchId}::uuid`;
  return Prisma.sql`SELECT id FROM "case" WHERE account_id = ${seen.accountId}::uuid`;
}

/**
 * Who opens a page that shows a sampled decision cannot look at it blind any more: they are noted, and a sample they hold goes
 * back to the others. Nothing is forbidden, for the page may be their work. Pages without a waiting sample cost one look-up.
 */
export async function noteOutcomeSeen(deps: Deps, actor: StaffActor, seen: Seen): Promise<void> {
  const unseen = Prisma.sql`
    SELECT s.id FROM calibration_sample s
     WHERE s.state = 'pending' AND s.case_id IN (${casesOf(seen)})
       AND NOT EXISTS (SELECT 1 FROM calibration_exposure x WHERE x.sample_id = s.id AND x.staff_id = ${actor.id}::uuid)`;
  const waiting = await deps.db.$queryRaw<{ id: string }[]>(unseen);
  if (waiting.length === 0) return;
  const now = deps.clock();
  await deps.db.$transaction(async (tx) => {
    const samples = await tx.$queryRaw<{ id: string; platformId: string; caseId: string; claimedById: string | null }[]>`
      SELECT id, platform_id AS "platformId", case_id AS "caseId", claimed_by_id AS "claimedById" FROM calibration_sample
       WHERE id IN (${unseen}) ORDER BY id FOR UPDATE`;
    for (const sample of samples) {
      const released = sample.claimedById === actor.id;
      if (released) await tx.calibrationSample.update({ where: { id: sample.id }, data: { claimedById: null, claimedAt: null }, select: { id: true } });
      const { count } = await tx.calibrationExposure.createMany({ data: { sampleId: sample.id, staffId: actor.id, seenAt: now.toJSDate() }, skipDuplicates: true });
      if (count > 0) await recordAudit(tx, actor, { type: "calibration.outcome_seen", at: now, platformId: sample.platformId, caseId: sample.caseId, sampleId: sample.id, released });
    }
  });
}
