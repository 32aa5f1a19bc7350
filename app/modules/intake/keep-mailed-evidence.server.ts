import type { Tx } from "~/infra/db.server";

/**
 * Makes the mails that an appeal came by evidence of it, now that a person found which action it means; what was attached to them
 * follows (trigger). They are the same files, so their chains of custody go back to the moment they were received.
 */
export async function keepMailedEvidence(tx: Tx, { unmatchedAppealId, appealId }: { unmatchedAppealId: string; appealId: string }): Promise<void> {
  await tx.evidenceFile.updateMany({ where: { mail: { unmatchedAppealId }, reportId: null, appealId: null, deletedAt: null }, data: { appealId } });
}
