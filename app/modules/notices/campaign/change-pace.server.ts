import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { campaignMachine } from "./campaign";
import { lockCampaign, lockPace, saveCampaign } from "./campaign.repo.server";
import type { ChangePaceInput } from "./change-pace.schema";

/** Sends faster or slower from now on: a mail provider asks for less, or a day has to be kept. How far it has warmed up stays. */
export async function changePace(deps: Pick<Deps, "db" | "clock">, actor: Actor, { campaignId, ...pace }: ChangePaceInput): Promise<Result<object, "forbidden" | "campaign_unknown" | "illegal_move">> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const campaign = await lockCampaign(tx, campaignId);
    if (!campaign) return refuse("campaign_unknown");
    if (campaignMachine.isFinal(campaign.state)) return refuse("illegal_move", { state: campaign.state });
    await lockPace(tx, campaignId);
    const before = await tx.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId }, select: { ratePerSecond: true, domainPerSecond: true, warmUpMinutes: true } });
    await saveCampaign(tx, campaignId, pace);
    await recordAudit(tx, actor, { type: "campaign.pace_changed", at, platformId: campaign.platformId, campaignId, before, ...pace });
    return { ok: true };
  });
}
