/**
 * Every column that holds a sealed value, and the context it is bound to. A rotation walks this list, and a test
 * compares it with the database, so that no column is forgotten.
 */
export interface SealedColumn {
  table: string;
  column: string;
  /** Bound into the seal; `by` names the column whose value completes it. */
  context: string | { prefix: string; by: string };
}

export const sealedColumns: readonly SealedColumn[] = [
  { table: "account_contact", column: "sealed", context: { prefix: "account.", by: "kind" } },
  { table: "api_request", column: "body_sealed", context: "api_request.body" },
  { table: "appeal", column: "contact_sealed", context: "appeal.contact" },
  { table: "channel", column: "previous_secret_sealed", context: "channel.secret" },
  { table: "channel", column: "secret_sealed", context: "channel.secret" },
  { table: "channel", column: "verify_token_sealed", context: "channel.verify_token" },
  { table: "channel_notice", column: "body_sealed", context: "channel_notice.body" },
  { table: "held_contact", column: "sealed", context: { prefix: "account.", by: "kind" } },
  { table: "notice", column: "address_sealed", context: "notice.address" },
  { table: "notice", column: "html_sealed", context: "notice.html" },
  { table: "notice", column: "text_sealed", context: "notice.text" },
  { table: "policy_notice_message", column: "address_sealed", context: "account.email" },
  { table: "received_mail", column: "envelope_sealed", context: "received_mail.envelope" },
  { table: "referral", column: "hidden_names_sealed", context: "referral.hidden_names" },
  { table: "report", column: "accused_phone_sealed", context: "report.accused_phone" },
  { table: "report_phone", column: "sealed", context: "report.phone" },
  { table: "reporter", column: "email_sealed", context: "reporter.email" },
  { table: "reporter", column: "name_sealed", context: "reporter.name" },
  { table: "staff", column: "totp_sealed", context: "staff.totp" },
  { table: "unmatched_appeal", column: "email_sealed", context: "unmatched-appeal.email" },
  { table: "unmatched_appeal", column: "answer_sealed", context: "unmatched-appeal.email" },
  { table: "webhook_endpoint", column: "secret_sealed", context: "webhook_endpoint.secret" },
  { table: "webhook_retired_secret", column: "secret_sealed", context: "webhook_endpoint.secret" },
];
