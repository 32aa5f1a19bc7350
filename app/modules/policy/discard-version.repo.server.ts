import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { clausesOf, forgetUnused, type LockedVersion } from "./policy-version.repo.server";

/** Takes a draft's text away, and the codes that only it had. What was announced under an earlier number of it stands under that again. */
export async function emptyDraft(tx: Tx, { id, number }: LockedVersion, now: DateTime): Promise<void> {
  const clauses = await clausesOf(tx, id);
  await tx.clauseVersion.deleteMany({ where: { policyVersionId: id } });
  await forgetUnused(tx, clauses.map(({ clauseId }) => clauseId));
  await tx.policyVersionEditor.deleteMany({ where: { policyVersionId: id } });
  const announced = await tx.policyPosting.aggregate({ where: { policyVersionId: id }, _max: { number: true } });
  await tx.policyVersion.update({
    where: { id },
    data: { discardedAt: now.toJSDate(), number: announced._max.number ?? number, summary: "", summaryEs: null, materialReason: "", reviewNote: null, revision: { increment: 1 }, detailsRevision: { increment: 1 } },
    select: { id: true },
  });
}

/** Deletes an emptied draft that nothing on record speaks of, and its policy if that has no other version. */
export async function forgetVersion(tx: Tx, { id, policyId }: LockedVersion): Promise<boolean> {
  const gone = await tx.$executeRaw`
    DELETE FROM policy_version v WHERE v.id = ${id}::uuid
       AND NOT EXISTS (SELECT 1 FROM policy_posting o WHERE o.policy_version_id = v.id)
       AND NOT EXISTS (SELECT 1 FROM policy_shorter_notice s WHERE s.policy_version_id = v.id)
       AND NOT EXISTS (SELECT 1 FROM policy_notice_campaign c WHERE c.policy_version_id = v.id)`;
  if (gone === 0) return false;
  await tx.$executeRaw`
    DELETE FROM policy y WHERE y.id = ${policyId}::uuid
       AND NOT EXISTS (SELECT 1 FROM policy_version v WHERE v.policy_id = y.id) AND NOT EXISTS (SELECT 1 FROM clause c WHERE c.policy_id = y.id)`;
  return true;
}
