import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignMachine } from "./campaign";
import { lockCampaign } from "./campaign.repo.server";
import { takenBack } from "./write-messages.server";

/**
 * Sends once more, under the same Message-IDs, what was refused to accounts that are unreachable now, to the first address of each that it still has: a mail server that did not know us
 * refuses everybody, and knows us the day after.
 */
export async function tryUnreachableAgain(deps: Deps, actor: Actor, { campaignId }: { campaignId: string }): Promise<Result<{ messages: number }, "forbidden" | "campaign_unknown" | "illegal_move">> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const campaign = await lockCampaign(tx, campaignId);
    if (!campaign) return refuse("campaign_unknown");
    if (campaignMachine.isFinal(campaign.state)) return refuse("illegal_move", { state: campaign.state });
    const messages = await tx.$executeRaw`
      UPDATE policy_notice_message m SET state = 'queued', due_at = ${at.toJSDate()}, attempts = 0, text_day = NULL, has_turn = false, settled_at = NULL
        FROM policy_notice_recipient r
       WHERE r.campaign_id = ${campaignId}::uuid AND r.state = 'unreachable' AND r.settled_at IS NULL AND m.campaign_id = r.campaign_id AND m.account_id = r.account_id
         AND m.id = (SELECT k.id FROM policy_notice_message k
                      WHERE k.campaign_id = r.campaign_id AND k.account_id = r.account_id AND k.state = 'failed' AND k.address_sealed IS NOT NULL AND k.last_error IS DISTINCT FROM ${takenBack} AND EXISTS (SELECT FROM account_contact o WHERE o.id = k.contact_id)
                      ORDER BY k.position LIMIT 1)`;
    await tx.$executeRaw`
      UPDATE policy_notice_recipient r SET state = 'waiting', unreachable_at = NULL
       WHERE r.campaign_id = ${campaignId}::uuid AND r.state = 'unreachable' AND r.settled_at IS NULL
         AND EXISTS (SELECT FROM policy_notice_message m WHERE m.campaign_id = r.campaign_id AND m.account_id = r.account_id AND m.state = 'queued')`;
    if (messages > 0) await tx.$executeRaw`UPDATE policy_notice_campaign SET state = 'sending', completed_at = NULL WHERE id = ${campaignId}::uuid AND state = 'complete'`;
    await recordAudit(tx, actor, { type: "campaign.tried_again", at, platformId: campaign.platformId, campaignId, messages });
    return { ok: true, messages };
  });
}
