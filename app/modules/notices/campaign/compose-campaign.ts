import { civilDay, type Locale } from "#emails/locale";
import { policyChange } from "#emails/policy-change";
import type { Letterhead } from "#emails/render";
import { accountPlace } from "./campaign";

/** What a campaign tells in one language. */
export interface PolicyChangeWords {
  policyTitle: string;
  /** The plain-language summary of the changes; an empty line begins a paragraph. */
  summary: string;
}

export interface CampaignText {
  subject: string;
  text: string;
  html: string;
}

/** The text of a campaign in the letterhead's language, with {@link accountPlace} where each account's name goes. */
export function composeCampaign(from: Letterhead, { policyTitle, summary }: PolicyChangeWords, about: { effectiveDay: string; policyUrl: string }): CampaignText {
  const { subject, text, html } = policyChange({
    from,
    businessName: accountPlace,
    policyTitle: withoutPlace(policyTitle),
    summary: withoutPlace(summary).split(/\n\s*\n/).map((paragraph) => paragraph.trim()).filter(Boolean),
    effectiveOn: civilDay(about.effectiveDay, from.locale),
    policyUrl: about.policyUrl,
  });
  return { subject, text, html };
}

/** What people write puts nobody's name anywhere. */
const withoutPlace = (written: string): string => written.replaceAll(accountPlace, "{account}");

/** The language a person is written to in: theirs where the campaign speaks it, else the one it surely speaks. */
export const languageFor = (wanted: string, spoken: readonly Locale[]): Locale => {
  const language = wanted.toLowerCase().startsWith("es") ? "es" : "en";
  return spoken.includes(language) ? language : spoken.includes("en") ? "en" : spoken[0]!;
};
