import type { Tx } from "~/infra/db.server";

export interface DueVersion {
  id: string;
  policyId: string;
  policyCode: string;
  platformId: string;
  platformName: string;
  zone: string;
  leadDays: number;
  number: number;
  material: boolean;
  effectiveFrom: Date;
  campaignId: string | null;
  heldSince: Date | null;
  requiredByLaw: boolean;
}

/** Versions that wait for their day and are not held. There are few: one a policy at most. */
export const scheduledVersions = (tx: Tx): Promise<{ id: string }[]> =>
  tx.$queryRaw<{ id: string }[]>`
    SELECT v.id FROM policy_version v
     WHERE v.state = 'scheduled' AND v.effective_from IS NOT NULL
       AND NOT EXISTS (SELECT FROM policy_notice_campaign c WHERE c.policy_version_id = v.id AND c.held_since IS NOT NULL AND c.id = (
             SELECT l.id FROM policy_notice_campaign l WHERE l.policy_version_id = v.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1))
     ORDER BY v.effective_from, v.id`;

/**
 * The scheduled version, held until the transaction ends; null when it is scheduled no more or somebody else has it. Its campaign
 * is the last one, also when that was stopped: it is what people look at.
 */
export async function lockScheduled(tx: Tx, versionId: string): Promise<DueVersion | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM policy_version WHERE id = ${versionId}::uuid AND state = 'scheduled' FOR UPDATE SKIP LOCKED`;
  if (locked.length === 0) return null;
  const [version] = await tx.$queryRaw<DueVersion[]>`
    SELECT v.id, v.policy_id AS "policyId", y.code AS "policyCode", p.id AS "platformId", p.name AS "platformName", p.zone, p.policy_notice_lead_days AS "leadDays", v.number, v.material,
           v.effective_from AS "effectiveFrom", c.id AS "campaignId", c.held_since AS "heldSince", coalesce(c.law_agreed_by_id IS NOT NULL, false) AS "requiredByLaw"
      FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
      LEFT JOIN LATERAL (SELECT * FROM policy_notice_campaign l WHERE l.policy_version_id = v.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1) c ON true
     WHERE v.id = ${versionId}::uuid`;
  return version ?? null;
}

/** The version in force until now ends where the next one begins. */
export async function supersede(tx: Tx, policyId: string, at: Date): Promise<{ id: string; number: number } | null> {
  const [ended] = await tx.$queryRaw<{ id: string; number: number }[]>`
    UPDATE policy_version SET state = 'superseded', effective_to = greatest(${at}, effective_from)
     WHERE policy_id = ${policyId}::uuid AND state = 'in_force' RETURNING id, number`;
  return ended ?? null;
}

export const putIntoForce = (tx: Tx, versionId: string, lastUpdatedOn: Date): Promise<unknown> =>
  tx.policyVersion.update({ where: { id: versionId }, data: { state: "in_force", lastUpdatedOn }, select: { id: true } });

export const markHeld = (tx: Tx, campaignId: string, held: { since: Date; reason: string }): Promise<unknown> =>
  tx.policyNoticeCampaign.update({ where: { id: campaignId }, data: { heldSince: held.since, heldReason: held.reason }, select: { id: true } });

/** The campaign people look at: the version's last one, also when it was stopped. */
export const lastCampaignOf = (tx: Tx, versionId: string) =>
  tx.policyNoticeCampaign.findFirst({ where: { policyVersionId: versionId }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], select: { id: true, state: true, heldReason: true, effectiveDay: true } });

/** The campaign's version is held no more, if it was. */
export const releaseCampaign = (tx: Tx, campaignId: string, at: Date): Promise<unknown> =>
  tx.policyNoticeCampaign.updateMany({ where: { id: campaignId, heldSince: { not: null } }, data: { heldSince: null, heldReason: null, releasedAt: at } });
