import type { StartCampaignInput } from "../notices/campaign/start-campaign.server";
import { titleIn } from "./clause-title";
import type { PolicyContent } from "./policy-content";

interface Told {
  policy: { title: string; titleEs: string | null };
  content: Pick<PolicyContent, "summary" | "summaryEs">;
}

/** What account holders are told of a version, in each language there is a summary in. */
export const campaignWords = ({ policy, content }: Told): StartCampaignInput["words"] => ({
  en: { policyTitle: policy.title, summary: content.summary },
  ...(content.summaryEs && { es: { policyTitle: titleIn(policy, "es"), summary: content.summaryEs } }),
});

export const versionPath = ({ platformKey, policyCode, number }: { platformKey: string; policyCode: string; number: number }): string => `/policies/${platformKey}/${policyCode}/versions/${number}`;
