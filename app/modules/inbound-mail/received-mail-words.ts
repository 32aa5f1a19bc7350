import type { AuthenticationResult } from "./authentication";
import type { MailFault, MailKind, MailRole, MailState } from "./received-mail";

export const mailStateLabels: Record<MailState, string> = { received: "Waiting", settled: "Settled", unreadable: "Unreadable" };

export const mailKindLabels: Record<MailKind, string> = {
  bounce: "Bounce",
  auto_reply: "Automatic answer",
  feedback_report: "Feedback report",
  case_reply: "Answer in a matter",
  appeal: "Appeal",
  human_report: "Report by a person",
  unreadable: "Unreadable",
};

export const mailRoleLabels: Record<MailRole, string> = {
  abuse: "Abuse",
  appeals: "Appeals",
  support: "Support",
  security: "Security",
  postmaster: "Postmaster",
  reply: "Answer address",
  bounce: "Bounce address",
};

export const faultWords: Record<MailFault, string> = {
  too_long: "Reading it took longer than we give any message.",
  too_large: "Reading it took more memory than we give any message.",
  broken: "It is built so that no reader makes sense of it.",
};

const outcomes: Record<string, string> = {
  report_filed: "A report was filed",
  report_recognised: "The report was known already",
  report_retracted: "The report was taken back",
  nothing_to_retract: "There was no report to take back",
  complaint_honoured: "The complaint about our mail was heeded",
  complaint_withdrawn: "The complaint about our mail was taken back",
  complaint_unproven: "Nothing proves that the complaint is about our mail",
  reply_added: "Added to the report",
  reply_unproven: "Put to the people on the report: nothing proves that its reporter wrote it",
  appeal_filed: "An appeal was filed",
  appeal_filed_late: "An appeal was filed, late",
  appeal_known: "The appeal was known already",
  appeal_for_a_person: "A person looks for the action that is appealed",
  notice_bounced: "The notice is marked as come back",
  notice_known_bounced: "The notice was marked already",
  delay_noted: "The notice is late; nothing changes",
  arrival_noted: "A server says that the notice arrived or was passed on; nothing changes",
  bounce_unproven: "Nothing proves which notice came back",
  kept: "Kept, nothing follows",
  kept_unreadable: "Kept for a person",
};

/** What became of a mail. A word of another release is shown as it is. */
export const outcomeLabel = (outcome: string | null): string => (outcome === null ? "Not settled yet" : (outcomes[outcome] ?? outcome.replaceAll("_", " ")));

export const resultLabels: Record<AuthenticationResult, string> = {
  none: "not said",
  pass: "passes",
  fail: "fails",
  softfail: "probably fails",
  neutral: "says nothing",
  policy: "does not count",
  temperror: "could not be looked up",
  permerror: "is set up wrongly",
};
