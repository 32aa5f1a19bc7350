import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignStanding } from "./campaign-standing.server";
import { saveCampaign } from "./campaign.repo.server";

const keeper = { kind: "system", name: "campaigns" } as const;

/** Completes a campaign in which nobody waits any more. @returns whether it did */
export async function finishCampaign(deps: Pick<Deps, "db" | "clock">, campaignId: string): Promise<boolean> {
  return deps.db.$transaction(
    async (tx) => {
      const now = deps.clock();
      const [campaign] = await tx.$queryRaw<{ platformId: string; versionId: string; startedAt: Date }[]>`
        SELECT platform_id AS "platformId", policy_version_id AS "versionId", started_at AS "startedAt" FROM policy_notice_campaign c
         WHERE id = ${campaignId}::uuid AND state = 'sending' AND staged_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM policy_notice_message m WHERE m.campaign_id = c.id AND m.state = 'queued' AND m.due_at < '9000-01-01')
           AND NOT EXISTS (SELECT FROM policy_notice_recipient r WHERE r.campaign_id = c.id AND r.choose_at IS NOT NULL)
           FOR NO KEY UPDATE SKIP LOCKED`;
      if (!campaign) return false;
      // Whoever waits although nothing is on its way to them gets it on its way.
      const forgotten = await tx.$executeRaw`UPDATE policy_notice_recipient SET choose_at = ${now.toJSDate()} WHERE campaign_id = ${campaignId}::uuid AND state = 'waiting'`;
      if (forgotten > 0) return false;
      const standing = await campaignStanding(tx, campaign.versionId);
      await saveCampaign(tx, campaignId, { state: "complete", completedAt: now.toJSDate(), lastNotifiedAt: standing?.lastNotifiedAt ?? null });
      await recordAudit(tx, keeper, {
        type: "campaign.completed", at: now, platformId: campaign.platformId, campaignId, unreachable: standing?.unreachable ?? 0, lastNotifiedAt: standing?.lastNotifiedAt?.toISOString() ?? null,
      });
      return true;
    },
    { timeout: 60_000 },
  );
}
