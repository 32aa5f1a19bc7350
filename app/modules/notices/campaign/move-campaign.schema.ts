import { z } from "zod";
import { cleanLine } from "~/infra/text";

const reason = cleanLine({ max: 500, required: "Say why.", tooLong: "Say it in 500 characters." });

export const pauseCampaignSchema = z.object({ campaignId: z.uuid(), reason });
export const resumeCampaignSchema = z.object({ campaignId: z.uuid() });
export const stopCampaignSchema = z.object({ campaignId: z.uuid(), reason });
export type PauseCampaignInput = z.output<typeof pauseCampaignSchema>;
export type ResumeCampaignInput = z.output<typeof resumeCampaignSchema>;
export type StopCampaignInput = z.output<typeof stopCampaignSchema>;
