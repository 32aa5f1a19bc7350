import { renderDraft, type EmailDraft, type EmailTemplate } from "#emails/index";
import { localeOf, type Locale } from "#emails/locale";
import type { Letterhead, RenderedEmail } from "#emails/render";
import { audienceOf, type ContentOf } from "./audience";

/** What a letterhead is made of: columns of the platform. */
export interface SendingPlatform {
  name: string;
  legalName: string;
  postalAddress: string;
  abuseEmail: string;
  appealsEmail: string;
  zone: string;
  /** Nobody reads what is sent to it. */
  unanswered?: true;
}

export type NoticeContent = ContentOf<EmailTemplate>;

/** Who sends to colleagues, where no platform does. */
export const consoleSender = (consoleAddress: string): SendingPlatform => ({
  name: "Trust and safety console",
  legalName: "",
  postalAddress: "",
  abuseEmail: consoleAddress,
  appealsEmail: consoleAddress,
  zone: "UTC",
  unanswered: true,
});

/**
 * Account holders answer to the people who hear appeals, reporters to those who take reports. A stranger was written to about an appeal:
 * at the address for reports their answer would be filed as one.
 */
export const replyAddress = (platform: SendingPlatform, template: EmailTemplate): string =>
  audienceOf[template] === "account_holder" || audienceOf[template] === "stranger" ? platform.appealsEmail : platform.abuseEmail;

export const letterheadOf = (platform: SendingPlatform, locale: Locale, template: EmailTemplate): Letterhead => ({
  platformName: platform.name,
  legalEntity: platform.legalName,
  postalAddress: platform.postalAddress,
  contact: platform.unanswered ? null : replyAddress(platform, template),
  zone: platform.zone,
  locale,
});

/**
 * The subject, text and HTML of a notice, exactly as they will be frozen and sent: a preview and the mail itself both
 * come from here.
 */
export function renderNotice(platform: SendingPlatform, language: string, content: NoticeContent): RenderedEmail & { language: Locale } {
  const locale = localeOf(language);
  const from = letterheadOf(platform, locale, content.template);
  const draft = { template: content.template, props: { ...content.props, from } } as EmailDraft;
  return { ...renderDraft(draft), language: locale };
}
