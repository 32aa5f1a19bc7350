import { renderDraft, type EmailDraft } from "#emails/index";
import { localeOf, type Locale } from "#emails/locale";
import type { Letterhead, RenderedEmail } from "#emails/render";

/** What a letterhead is made of: columns of the platform. */
export interface SendingPlatform {
  name: string;
  legalName: string;
  postalAddress: string;
  abuseEmail: string;
  appealsEmail: string;
  zone: string;
}

type WithoutLetterhead<Draft> = Draft extends { template: infer Template; props: infer Props } ? { template: Template; props: Omit<Props, "from"> } : never;

/** One mail, before the platform's letterhead is put on it. */
export type NoticeContent = WithoutLetterhead<EmailDraft>;

/** Who sends to colleagues, where no platform does. */
export const consoleSender = (consoleAddress: string): SendingPlatform => ({
  name: "Trust and safety console",
  legalName: "",
  postalAddress: "",
  abuseEmail: consoleAddress,
  appealsEmail: consoleAddress,
  zone: "UTC",
});

/** Account holders answer to the people who hear appeals, reporters to those who take reports. */
const toAccountHolders: readonly EmailDraft["template"][] = ["statement_of_reasons", "interim_measure", "action_changed", "action_ended", "appeal_receipt", "appeal_question", "appeal_ruling"];

export const replyAddress = (platform: SendingPlatform, template: EmailDraft["template"]): string =>
  toAccountHolders.includes(template) ? platform.appealsEmail : platform.abuseEmail;

/**
 * The subject, text and HTML of a notice, exactly as they will be frozen and sent: a preview and the mail itself both
 * come from here.
 */
export function renderNotice(platform: SendingPlatform, language: string, content: NoticeContent): RenderedEmail & { language: Locale } {
  const locale = localeOf(language);
  const from: Letterhead = {
    platformName: platform.name,
    legalEntity: platform.legalName,
    postalAddress: platform.postalAddress,
    replyTo: replyAddress(platform, content.template),
    zone: platform.zone,
    locale,
  };
  const draft = { template: content.template, props: { ...content.props, from } } as EmailDraft;
  return { ...renderDraft(draft), language: locale };
}
