import type { EmailDraft, EmailTemplate } from "#emails/index";

/** A stranger is anybody who wrote to us: nothing about an account or a report is said to them. */
export type Audience = "account_holder" | "reporter" | "stranger" | "colleague";

/** Who reads each message. What an account holder reads is checked for leaks before it is staged (DOMAIN, rule 8). */
export const audienceOf = {
  report_receipt: "reporter",
  report_outcome: "reporter",
  information_request: "reporter",
  decision_reversed: "reporter",
  reporting_measure: "reporter",
  reporting_ruling: "reporter",
  appeal_by_mail: "stranger",
  appeal_put_aside: "stranger",
  statement_of_reasons: "account_holder",
  interim_measure: "account_holder",
  action_changed: "account_holder",
  action_ended: "account_holder",
  appeal_receipt: "account_holder",
  appeal_question: "account_holder",
  appeal_question_ended: "account_holder",
  appeal_delayed: "account_holder",
  appeal_ruling: "account_holder",
  sender_health: "account_holder",
  appeal_deadline: "colleague",
  preservation_expiring: "colleague",
  policy_held: "colleague",
  webhook_stopped: "colleague",
  staff_invite: "colleague",
} as const satisfies Record<EmailTemplate, Audience>;

export type HolderTemplate = { [Template in EmailTemplate]: (typeof audienceOf)[Template] extends "account_holder" ? Template : never }[EmailTemplate];

/** The facts a message is written from, without the letterhead. */
export type PropsOf<Template extends EmailTemplate> = Omit<Extract<EmailDraft, { template: Template }>["props"], "from">;

/** One message, before the platform's letterhead is put on it. */
export type ContentOf<Template extends EmailTemplate> = { [Each in Template]: { template: Each; props: PropsOf<Each> } }[Template];

/**
 * What a person wrote in a message to an account holder, as opposed to what the product says of itself. These words are
 * what the leak check reads: a kind of message without its line here does not compile.
 */
const wordsOf: { [Template in HolderTemplate]: (props: PropsOf<Template>) => readonly (string | null)[] } = {
  statement_of_reasons: ({ factsFound }) => [factsFound],
  interim_measure: ({ reason }) => [reason],
  action_changed: ({ reason }) => [reason],
  action_ended: ({ reason }) => [reason],
  appeal_receipt: () => [],
  appeal_question: ({ question }) => [question],
  appeal_question_ended: () => [],
  appeal_delayed: () => [],
  appeal_ruling: ({ grounds }) => [grounds],
  sender_health: () => [],
};

/** What is written to everybody else: no leak to an account holder can stand in it. */
export type OtherContent = ContentOf<Exclude<EmailTemplate, HolderTemplate>>;

export const isToHolder = (content: ContentOf<EmailTemplate>): content is ContentOf<HolderTemplate> => audienceOf[content.template] === "account_holder";

export function wordsOfPeople<Template extends HolderTemplate>(content: ContentOf<Template>): string[] {
  const words: (props: PropsOf<Template>) => readonly (string | null)[] = wordsOf[content.template];
  return words(content.props as PropsOf<Template>).filter((one): one is string => one !== null && one !== "");
}

export const holderTemplates = (Object.keys(audienceOf) as EmailTemplate[]).filter((template): template is HolderTemplate => audienceOf[template] === "account_holder");
