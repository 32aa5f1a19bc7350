import { decisionReversed, type DecisionReversedProps } from "./decision-reversed";
import { appealByMail, type AppealByMailProps } from "./appeal-by-mail";
import { appealPutAside, type AppealPutAsideProps } from "./appeal-put-aside";
import { appealDeadline, type AppealDeadlineProps } from "./appeal-deadline";
import { appealDelayed, type AppealDelayedProps } from "./appeal-delayed";
import { appealQuestion, type AppealQuestionProps } from "./appeal-question";
import { appealQuestionEnded, type AppealQuestionEndedProps } from "./appeal-question-ended";
import { appealReceipt, type AppealReceiptProps } from "./appeal-receipt";
import { appealRuling, type AppealRulingProps } from "./appeal-ruling";
import { informationRequest, type InformationRequestProps } from "./information-request";
import { interimMeasure, type InterimMeasureProps } from "./interim-measure";
import { actionChanged, type ActionChangedProps } from "./action-changed";
import { actionEnded, type ActionEndedProps } from "./action-ended";
import { policyHeld, type PolicyHeldProps } from "./policy-held";
import { preservationExpiring, type PreservationExpiringProps } from "./preservation-expiring";
import type { RenderedEmail } from "./render";
import { reportOutcome, type ReportOutcomeProps } from "./report-outcome";
import { reportReceipt, type ReportReceiptProps } from "./report-receipt";
import { reportingMeasure, type ReportingMeasureProps } from "./reporting-measure";
import { reportingRuling, type ReportingRulingProps } from "./reporting-ruling";
import { senderHealth, type SenderHealthProps } from "./sender-health";
import { staffInvite, type StaffInviteProps } from "./staff-invite";
import { statementOfReasons, type StatementOfReasonsProps } from "./statement-of-reasons";
import { webhookStopped, type WebhookStoppedProps } from "./webhook-stopped";

/** Every mail this product can send, with what it needs to be written. */
export type EmailDraft =
  | { template: "report_receipt"; props: ReportReceiptProps }
  | { template: "report_outcome"; props: ReportOutcomeProps }
  | { template: "information_request"; props: InformationRequestProps }
  | { template: "statement_of_reasons"; props: StatementOfReasonsProps }
  | { template: "interim_measure"; props: InterimMeasureProps }
  | { template: "action_changed"; props: ActionChangedProps }
  | { template: "action_ended"; props: ActionEndedProps }
  | { template: "appeal_receipt"; props: AppealReceiptProps }
  | { template: "appeal_by_mail"; props: AppealByMailProps }
  | { template: "appeal_put_aside"; props: AppealPutAsideProps }
  | { template: "appeal_question"; props: AppealQuestionProps }
  | { template: "appeal_question_ended"; props: AppealQuestionEndedProps }
  | { template: "appeal_delayed"; props: AppealDelayedProps }
  | { template: "appeal_deadline"; props: AppealDeadlineProps }
  | { template: "appeal_ruling"; props: AppealRulingProps }
  | { template: "decision_reversed"; props: DecisionReversedProps }
  | { template: "reporting_measure"; props: ReportingMeasureProps }
  | { template: "reporting_ruling"; props: ReportingRulingProps }
  | { template: "sender_health"; props: SenderHealthProps }
  | { template: "staff_invite"; props: StaffInviteProps }
  | { template: "preservation_expiring"; props: PreservationExpiringProps }
  | { template: "policy_held"; props: PolicyHeldProps }
  | { template: "webhook_stopped"; props: WebhookStoppedProps };

export type EmailTemplate = EmailDraft["template"];

/** The one door from a draft to what is sent, and to the preview of it that staff see before they commit. */
export function renderDraft(draft: EmailDraft): RenderedEmail {
  switch (draft.template) {
    case "report_receipt":
      return reportReceipt(draft.props);
    case "report_outcome":
      return reportOutcome(draft.props);
    case "information_request":
      return informationRequest(draft.props);
    case "statement_of_reasons":
      return statementOfReasons(draft.props);
    case "interim_measure":
      return interimMeasure(draft.props);
    case "action_changed":
      return actionChanged(draft.props);
    case "action_ended":
      return actionEnded(draft.props);
    case "appeal_receipt":
      return appealReceipt(draft.props);
    case "appeal_by_mail":
      return appealByMail(draft.props);
    case "appeal_put_aside":
      return appealPutAside(draft.props);
    case "appeal_question":
      return appealQuestion(draft.props);
    case "appeal_question_ended":
      return appealQuestionEnded(draft.props);
    case "appeal_delayed":
      return appealDelayed(draft.props);
    case "appeal_deadline":
      return appealDeadline(draft.props);
    case "appeal_ruling":
      return appealRuling(draft.props);
    case "decision_reversed":
      return decisionReversed(draft.props);
    case "reporting_measure":
      return reportingMeasure(draft.props);
    case "reporting_ruling":
      return reportingRuling(draft.props);
    case "sender_health":
      return senderHealth(draft.props);
    case "staff_invite":
      return staffInvite(draft.props);
    case "preservation_expiring":
      return preservationExpiring(draft.props);
    case "policy_held":
      return policyHeld(draft.props);
    case "webhook_stopped":
      return webhookStopped(draft.props);
  }
}
