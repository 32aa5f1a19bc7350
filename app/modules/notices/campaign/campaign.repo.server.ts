import type { Prisma, Tx } from "~/infra/db.server";
import type { SendingPlatform } from "../render-notice.server";

const lockedColumns = { id: true, platformId: true, policyVersionId: true, state: true, stagedAt: true, stagedThrough: true, snapshotAt: true } as const;
export type LockedCampaign = Prisma.PolicyNoticeCampaignGetPayload<{ select: typeof lockedColumns }>;

/** Locks the campaign for the rest of the transaction; null when there is none. */
export async function lockCampaign(tx: Tx, campaignId: string): Promise<LockedCampaign | null> {
  const locked = await tx.$queryRaw<unknown[]>`SELECT 1 FROM policy_notice_campaign WHERE id = ${campaignId}::uuid FOR NO KEY UPDATE`;
  return locked.length === 0 ? null : tx.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId }, select: lockedColumns });
}

/** After it no worker takes more of this campaign until the transaction has ended: messages are taken under this lock. */
export const lockPace = (tx: Tx, campaignId: string): Promise<unknown> => tx.$queryRaw`SELECT 1 FROM policy_notice_domain WHERE campaign_id = ${campaignId}::uuid AND domain = '' FOR UPDATE`;

export const saveCampaign = (tx: Tx, campaignId: string, change: Prisma.PolicyNoticeCampaignUncheckedUpdateInput): Promise<unknown> =>
  tx.policyNoticeCampaign.update({ where: { id: campaignId }, data: change, select: { id: true } });

export const loadSender = (tx: Tx, platformId: string): Promise<SendingPlatform> =>
  tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { name: true, legalName: true, postalAddress: true, abuseEmail: true, appealsEmail: true, zone: true } });
