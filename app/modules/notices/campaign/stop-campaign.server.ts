import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignMachine } from "./campaign";
import { lockCampaign, lockPace, saveCampaign } from "./campaign.repo.server";
import type { StopCampaignInput } from "./move-campaign.schema";

export type StopCampaignResult = Result<object, "forbidden" | "campaign_unknown" | "illegal_move">;

/**
 * Ends a campaign for good, in the caller's transaction: the version it tells of was taken back. What was sent stays on record,
 * and a version that is published anew has a campaign of its own.
 */
export async function stopCampaignWithin(tx: Tx, deps: Deps, actor: Actor, { campaignId, reason }: StopCampaignInput): Promise<StopCampaignResult> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  const at = deps.clock();
  const campaign = await lockCampaign(tx, campaignId);
  if (!campaign) return refuse("campaign_unknown");
  const after = campaignMachine.after(campaign.state, "stop");
  if (!after.ok) return after;
  await lockPace(tx, campaignId);
  await saveCampaign(tx, campaignId, { state: after.state, stoppedAt: at.toJSDate(), stoppedById: actor.kind === "staff" ? actor.id : null, stopReason: reason });
  await recordAudit(tx, actor, { type: "campaign.stopped", at, platformId: campaign.platformId, campaignId, reason });
  return { ok: true };
}

export const stopCampaign = (deps: Deps, actor: Actor, input: StopCampaignInput): Promise<StopCampaignResult> => deps.db.$transaction((tx) => stopCampaignWithin(tx, deps, actor, input));
