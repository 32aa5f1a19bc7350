import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignMachine } from "./campaign";
import { lockCampaign, lockPace, saveCampaign } from "./campaign.repo.server";
import type { PauseCampaignInput } from "./move-campaign.schema";

/** Nothing more is taken to be sent once this has committed; what is on a connection already is finished. */
export async function pauseCampaign(deps: Pick<Deps, "db" | "clock">, actor: Actor, { campaignId, reason }: PauseCampaignInput): Promise<Result<object, "forbidden" | "campaign_unknown" | "illegal_move">> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const campaign = await lockCampaign(tx, campaignId);
    if (!campaign) return refuse("campaign_unknown");
    const after = campaignMachine.after(campaign.state, "pause");
    if (!after.ok) return after;
    await lockPace(tx, campaignId);
    await saveCampaign(tx, campaignId, { state: after.state, pausedAt: at.toJSDate(), pausedById: actor.kind === "staff" ? actor.id : null, pauseReason: reason });
    await recordAudit(tx, actor, { type: "campaign.paused", at, platformId: campaign.platformId, campaignId, reason });
    return { ok: true };
  });
}
