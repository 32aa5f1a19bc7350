import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignMachine } from "./campaign";
import { lockCampaign, saveCampaign } from "./campaign.repo.server";
import type { ResumeCampaignInput } from "./move-campaign.schema";

/** Goes on where it was paused, at its rate: what could not be sent meanwhile does not come all at once. */
export async function resumeCampaign(deps: Deps, actor: Actor, { campaignId }: ResumeCampaignInput): Promise<Result<object, "forbidden" | "campaign_unknown" | "illegal_move">> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const campaign = await lockCampaign(tx, campaignId);
    if (!campaign) return refuse("campaign_unknown");
    const after = campaignMachine.after(campaign.state, "resume");
    if (!after.ok) return after;
    await saveCampaign(tx, campaignId, { state: after.state, pausedAt: null, pausedById: null, pauseReason: null });
    await recordAudit(tx, actor, { type: "campaign.resumed", at, platformId: campaign.platformId, campaignId });
    return { ok: true };
  });
}
