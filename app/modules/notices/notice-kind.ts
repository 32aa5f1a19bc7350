export const noticeKinds = [
  "report_receipt",
  "report_outcome",
  "information_request",
  "statement_of_reasons",
  "interim_measure",
  "action_changed",
  "action_ended",
  "appeal_receipt",
  "appeal_question",
  "appeal_deadline",
  "appeal_ruling",
  "decision_reversed",
  "staff_invite",
  "policy_change",
  "preservation_expiring",
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What the message is to the people who read the delivery log. */
export const noticeKindLabels: Record<NoticeKind, string> = {
  report_receipt: "Receipt for a report",
  report_outcome: "Outcome to a reporter",
  information_request: "Question to a reporter",
  statement_of_reasons: "Statement of reasons",
  interim_measure: "Interim measure",
  action_changed: "Measure changed",
  action_ended: "Measure ended",
  appeal_receipt: "Receipt for an appeal",
  appeal_question: "Question to an appellant",
  appeal_deadline: "Deadline of an appeal, to colleagues",
  appeal_ruling: "Ruling on an appeal",
  decision_reversed: "Changed outcome to a reporter",
  staff_invite: "Invitation of a colleague",
  policy_change: "Change of a policy",
  preservation_expiring: "Preservation request runs out",
};
