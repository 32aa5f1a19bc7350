import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../../audit/record-audit.server";
import { writeMessages } from "./write-messages.server";

const keeper = { kind: "system", name: "campaigns" } as const;
const batch = 2_000;

/**
 * Puts the next accounts of a campaign's audience on its list, with the message to the first contact of each, in one transaction. How far it
 * came stands in the campaign's row, so whoever goes on after a crash begins where the last batch ended; one process at a time does it.
 *
 * @returns whether more may be left
 */
export async function stageAudience(deps: Pick<Deps, "db" | "crypto" | "clock">, campaignId: string): Promise<boolean> {
  return deps.db.$transaction(
    async (tx) => {
      const now = deps.clock();
      const [campaign] = await tx.$queryRaw<{ platformId: string; through: string | null }[]>`
        SELECT platform_id AS "platformId", staged_through AS through FROM policy_notice_campaign
         WHERE id = ${campaignId}::uuid AND state IN ('sending', 'paused') AND staged_at IS NULL FOR NO KEY UPDATE SKIP LOCKED`;
      if (!campaign) return false;
      const accounts = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM account
         WHERE platform_id = ${campaign.platformId}::uuid AND status IN ('active', 'restricted') AND id > ${campaign.through ?? "00000000-0000-0000-0000-000000000000"}::uuid
         ORDER BY id LIMIT ${batch}`;
      const ids = accounts.map(({ id }) => id);
      const added = await tx.$queryRaw<{ id: string }[]>`
        INSERT INTO policy_notice_recipient (campaign_id, account_id) SELECT ${campaignId}::uuid, id FROM unnest(${ids}::uuid[]) AS of(id)
        ON CONFLICT (campaign_id, account_id) DO NOTHING RETURNING account_id AS id`;
      await writeMessages(tx, deps, campaignId, added.map(({ id }) => id), now);
      const isWhole = ids.length < batch;
      await tx.$executeRaw`
        UPDATE policy_notice_campaign SET staged_through = ${ids.at(-1) ?? campaign.through}::uuid, staged_at = ${isWhole ? now.toJSDate() : null}::timestamptz WHERE id = ${campaignId}::uuid`;
      if (isWhole) {
        const recipients = await tx.policyNoticeRecipient.count({ where: { campaignId } });
        await recordAudit(tx, keeper, { type: "campaign.audience_staged", at: now, platformId: campaign.platformId, campaignId, recipients });
      }
      return !isWhole;
    },
    { timeout: 60_000 },
  );
}
