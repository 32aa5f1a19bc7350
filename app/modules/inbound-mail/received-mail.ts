/** What kind of address of ours a mail was sent to; where it came to several, the first of these counts. */
export const mailRoles = ["bounce", "reply", "appeals", "abuse", "security", "support", "postmaster"] as const;
export type MailRole = (typeof mailRoles)[number];

export const mailSources = ["smtp", "lmtp", "imap"] as const;
export type MailSource = (typeof mailSources)[number];

/** `received → settled | unreadable`, once. */
export const mailStates = ["received", "settled", "unreadable"] as const;
export type MailState = (typeof mailStates)[number];

export const mailKinds = ["bounce", "auto_reply", "feedback_report", "case_reply", "appeal", "human_report", "unreadable"] as const;
export type MailKind = (typeof mailKinds)[number];

/** Why nothing could be read in a mail. */
export const mailFaults = ["too_long", "too_large", "broken"] as const;
export type MailFault = (typeof mailFaults)[number];

/** Rows a mail may have led to. */
export interface MailLeadsTo {
  reportId?: string;
  caseId?: string;
  appealId?: string;
  unmatchedAppealId?: string;
  noticeId?: string;
}
