import type { Tx } from "~/infra/db.server";
import type { CampaignStanding } from "./campaign";

/**
 * How far a version's audience is notified, looked up in the rows themselves: the effect of the version rests on it, so an
 * account that should stand on the list and does not counts as waiting.
 *
 * @returns null when the version has no campaign, or only stopped ones
 */
export async function campaignStanding(tx: Tx, policyVersionId: string): Promise<CampaignStanding | null> {
  const campaign = await tx.policyNoticeCampaign.findFirst({ where: { policyVersionId, state: { not: "stopped" } }, select: { id: true, state: true, platformId: true, stagedAt: true, startedAt: true } });
  if (!campaign) return null;
  const [row] = await tx.$queryRaw<{ waiting: number; unreachable: number; joinersWaiting: number; told: Date | null; missing: number }[]>`
    SELECT count(*) FILTER (WHERE r.state = 'waiting' AND r.joined_at IS NULL)::int AS waiting,
           count(*) FILTER (WHERE r.state = 'unreachable' AND r.settled_at IS NULL AND r.joined_at IS NULL)::int AS unreachable,
           count(*) FILTER (WHERE r.state IN ('waiting', 'unreachable') AND r.settled_at IS NULL AND r.joined_at IS NOT NULL)::int AS "joinersWaiting",
           max(CASE WHEN r.state = 'notified' THEN r.notified_at ELSE r.told_at END) FILTER (WHERE r.joined_at IS NULL AND r.state <> 'dropped') AS told,
           (SELECT count(*)::int FROM account a
             WHERE a.platform_id = ${campaign.platformId}::uuid AND a.status IN ('active', 'restricted')
               AND NOT EXISTS (SELECT 1 FROM policy_notice_recipient k WHERE k.campaign_id = ${campaign.id}::uuid AND k.account_id = a.id)) AS missing
      FROM policy_notice_recipient r WHERE r.campaign_id = ${campaign.id}::uuid`;
  const waiting = Math.max(row!.waiting + row!.missing, campaign.stagedAt ? 0 : 1);
  return {
    campaignId: campaign.id,
    state: campaign.state,
    allNotified: waiting === 0 && row!.unreachable === 0,
    // With nobody to tell, notice counts from the start.
    lastNotifiedAt: row!.told ?? (campaign.stagedAt && waiting === 0 ? campaign.startedAt : null),
    waiting,
    unreachable: row!.unreachable,
    joinersWaiting: row!.joinersWaiting,
  };
}
