import { z } from "zod";
import { ruleTitle } from "../signals/signal-words";

const id = z.uuid();
const person = z.object({ staffId: id, name: z.string() });

/**
 * The story of a case as people read it, one shape per kind; the audit trail is the proof. Data holds ids,
 * references, codes and staff's own words, never a reporter's identity.
 */
export const caseEventData = {
  opened: z.object({ area: z.string() }),
  report_attached: z.object({ reportId: id, reference: z.string(), channel: z.string() }),
  signal_attached: z.object({ signalId: id, rule: z.string() }),
  signal_retracted: z.object({ signalId: id, rule: z.string() }),
  severity_raised: z.object({ from: z.string(), to: z.string() }),
  claimed: z.object({}),
  released: z.object({}),
  reassigned: z.object({ to: person.nullable(), reason: z.string() }),
  note_added: z.object({ noteId: id }),
  escalated: z.object({ to: person.nullable(), reason: z.string() }),
  deescalated: z.object({ reason: z.string() }),
  information_requested: z.object({ reportId: id, reference: z.string(), question: z.string() }),
  information_received: z.object({ reportId: id, reference: z.string(), files: z.number().int() }),
  unproven_reply: z.object({ reportId: id, reference: z.string() }),
  resumed: z.object({}),
  reporter_revealed: z.object({ reportId: id, reference: z.string(), reason: z.string() }),
  interim_applied: z.object({ actionId: id, reference: z.string(), measure: z.string(), until: z.string() }),
  interim_proposed: z.object({ actionId: id, reference: z.string(), measure: z.string() }),
  interim_dropped: z.object({ actionId: id, reference: z.string(), reason: z.string() }),
  rule_proposed: z.object({ rule: z.string(), measure: z.string() }),
  rule_applied: z.object({ rule: z.string(), actionId: id, reference: z.string(), measure: z.string(), until: z.string() }),
  rule_proposal_ended: z.object({ rule: z.string(), how: z.string(), reason: z.string() }),
  interim_extended: z.object({ actionId: id, reference: z.string(), until: z.string(), reason: z.string() }),
  interim_extension_proposed: z.object({ actionId: id, reference: z.string(), days: z.number().int(), reason: z.string() }),
  interim_extension_dropped: z.object({ actionId: id, reference: z.string(), reason: z.string() }),
  action_began: z.object({ actionId: id, reference: z.string() }),
  action_ended: z.object({ actionId: id, reference: z.string(), how: z.string(), reason: z.string() }),
  decision_proposed: z.object({ decisionId: id, reference: z.string(), measure: z.string() }),
  change_proposed: z.object({ actionId: id, reference: z.string(), measure: z.string(), reason: z.string() }),
  change_dropped: z.object({ actionId: id, reference: z.string(), reason: z.string() }),
  decision_rejected: z.object({ decisionId: id, reference: z.string(), reason: z.string(), how: z.enum(["rejected", "withdrawn", "lapsed"]).optional() }),
  /** `proposerId`: whose proposal the actor approved; missing when the actor decided alone. */
  decided: z.object({ decisionId: id, reference: z.string(), outcome: z.string(), measure: z.string(), proposerId: id.optional() }),
  decision_undone: z.object({ decisionId: id, reference: z.string(), reason: z.string() }),
  appeal_filed: z.object({ appealId: id, reference: z.string() }),
  appellant_asked: z.object({ appealId: id, reference: z.string(), question: z.string() }),
  appellant_answered: z.object({ appealId: id, reference: z.string(), files: z.number().int() }),
  appeal_ruled: z.object({ appealId: id, reference: z.string(), ruling: z.string() }),
  flagged_for_review: z.object({ reason: z.string() }),
  /** `result`: missing where the decision fell for another reason, and the review with it. */
  review_done: z.object({ result: z.enum(["stands", "redecided"]).optional(), references: z.array(z.string()).default([]), reason: z.string().default("") }),
  closed: z.object({ reason: z.string() }),
  reopened: z.object({ reason: z.string() }),
  contents_moved: z.object({ to: z.string(), reason: z.string() }),
  contents_joined: z.object({ from: z.string() }),
} as const;

export type CaseEventKind = keyof typeof caseEventData;
export type CaseEventOf<Kind extends CaseEventKind> = { kind: Kind; data: z.infer<(typeof caseEventData)[Kind]> };
export type CaseEvent = { [Kind in CaseEventKind]: CaseEventOf<Kind> }[CaseEventKind];

export const isCaseEventKind = (kind: string): kind is CaseEventKind => Object.hasOwn(caseEventData, kind);

/** A stored event, parsed; null for one whose shape is not known here (an entry of a later release). */
export function parseCaseEvent(kind: string, data: unknown): CaseEvent | null {
  if (!isCaseEventKind(kind)) return null;
  const parsed = caseEventData[kind].safeParse(data);
  return parsed.success ? ({ kind, data: parsed.data } as CaseEvent) : null;
}

const actors: Record<string, string> = {
  reporter: "A reporter",
  account_holder: "The account holder",
  api_key: "The platform",
  public: "Somebody",
  system: "The system",
};

/** Whoever did it, as people read it: staff by name, everybody else by their part. */
export const sayEventActor = ({ actorKind, actorName }: { actorKind: string; actorName: string | null }): string =>
  actorKind === "staff" ? (actorName ?? "A colleague") : (actors[actorKind] ?? actorKind);

const reportCame: Record<string, (report: string) => string> = {
  staff: (report) => `put ${report} into the case`,
  system: (report) => `took in ${report}`,
};

/**
 * What happened, after the name of whoever did it: "Ana Lind", "claimed the case". Written reasons are shown apart.
 *
 * @param actorKind who that was, where it makes a difference: a colleague who matches a report did not send it
 */
export function sayCaseEvent(event: CaseEvent, actorKind = ""): string {
  switch (event.kind) {
    case "opened":
      return "opened the case";
    case "report_attached":
      return (reportCame[actorKind] ?? ((report) => `sent ${report}`))(`report ${event.data.reference} (${event.data.channel})`);
    case "signal_attached":
      return `found something: ${ruleTitle(event.data.rule)}`;
    case "signal_retracted":
      return `took back what it had found, as later news did not bear it out: ${ruleTitle(event.data.rule)}`;
    case "severity_raised":
      return `raised the severity from ${event.data.from} to ${event.data.to}`;
    case "claimed":
      return "claimed the case";
    case "released":
      return "released the case";
    case "reassigned":
      return event.data.to ? `gave the case to ${event.data.to.name}` : "put the case back into the queue";
    case "note_added":
      return "added a note";
    case "escalated":
      return event.data.to ? `escalated the case to ${event.data.to.name}` : "escalated the case";
    case "deescalated":
      return "ended the escalation";
    case "information_requested":
      return `asked the reporter of ${event.data.reference} for more`;
    case "information_received":
      return `answered about ${event.data.reference}${event.data.files > 0 ? ` with ${event.data.files} ${event.data.files === 1 ? "file" : "files"}` : ""}`;
    case "unproven_reply":
      return `took a mail to the answer address of ${event.data.reference}; nothing proves that its reporter wrote it`;
    case "resumed":
      return "went on with the investigation";
    case "reporter_revealed":
      return `looked at who sent ${event.data.reference}`;
    case "interim_applied":
      return `put an interim measure in place: ${event.data.measure} (${event.data.reference})`;
    case "interim_proposed":
      return `proposed an interim measure: ${event.data.measure} (${event.data.reference}), which waits for a second person`;
    case "interim_dropped":
      return `dropped the proposed interim measure ${event.data.reference}`;
    case "rule_proposed":
      return `proposed ${event.data.measure}, by the rule “${ruleTitle(event.data.rule)}”; it waits for a person`;
    case "rule_applied":
      return `put ${event.data.measure} in place by itself, by the rule “${ruleTitle(event.data.rule)}” (${event.data.reference})`;
    case "rule_proposal_ended":
      return `${proposalEnded[event.data.how] ?? "ended"} what the rule “${ruleTitle(event.data.rule)}” proposed`;
    case "interim_extended":
      return `extended the interim measure ${event.data.reference}`;
    case "interim_extension_proposed":
      return `proposed ${event.data.days === 1 ? "a day" : `${event.data.days} days`} more of the interim measure ${event.data.reference}, which waits for a second person`;
    case "interim_extension_dropped":
      return `dropped the proposed extension of ${event.data.reference}`;
    case "action_began":
      return `let action ${event.data.reference} take effect, as was decided`;
    case "action_ended":
      return `${event.data.how} action ${event.data.reference}`;
    case "decision_proposed":
      return `proposed ${event.data.measure} (${event.data.reference}), which waits for a second person`;
    case "change_proposed":
      return `proposed ${event.data.measure} in place of action ${event.data.reference}, which waits for a second person`;
    case "change_dropped":
      return `dropped the proposed change of action ${event.data.reference}`;
    case "decision_rejected":
      return `${dropped[event.data.how ?? "rejected"]} ${event.data.reference}`;
    case "decided":
      return `${event.data.proposerId ? "approved, and with that it took effect" : "decided"}: ${event.data.measure} (${event.data.reference})`;
    case "decision_undone":
      return `undid decision ${event.data.reference}`;
    case "appeal_filed":
      return `filed appeal ${event.data.reference}`;
    case "appellant_asked":
      return `asked the account holder about appeal ${event.data.reference}`;
    case "appellant_answered":
      return `answered the question about appeal ${event.data.reference}${event.data.files > 0 ? ` with ${event.data.files} ${event.data.files === 1 ? "file" : "files"}` : ""}`;
    case "appeal_ruled":
      return `ruled on appeal ${event.data.reference}: ${event.data.ruling}`;
    case "flagged_for_review":
      return "put the case up for review";
    case "review_done":
      return reviewSaid(event.data);
    case "closed":
      return "closed the case";
    case "reopened":
      return "reopened the case";
    case "contents_moved":
      return `closed the case and moved what is undecided to case ${event.data.to}, which is open about the same`;
    case "contents_joined":
      return `brought what is undecided from case ${event.data.from}, whose decision was taken back`;
  }
}

const dropped = { rejected: "rejected the proposal", withdrawn: "took back the proposal", lapsed: "let lapse, unanswered, the proposal" } as const;

const proposalEnded: Readonly<Record<string, string>> = { refused: "refused", retracted: "took back", lapsed: "let lapse", overtaken: "dropped" };

function reviewSaid({ result, references }: CaseEventOf<"review_done">["data"]): string {
  const of = references.length > 0 ? ` of ${references.join(", ")}` : "";
  if (!result) return `ended the review${of}: there is nothing left to judge`;
  return result === "stands" ? `finished the review${of}: it stands` : `finished the review${of}: it is decided again`;
}

/** The words somebody wrote beside the event, when there are any. */
export function writtenWords(event: CaseEvent): string | null {
  if ("reason" in event.data && event.data.reason) return event.data.reason;
  return "question" in event.data ? event.data.question : null;
}
