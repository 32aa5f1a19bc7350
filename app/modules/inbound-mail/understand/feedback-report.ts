import { headerValue, headerValues, type ParsedMessage } from "../parsed-message";
import { field, fieldBlocks, typedAddress, type Fields } from "./fields";
import { declaresXarf, readXarf } from "./xarf";

/** Types of the IANA registry (RFC 5965 7.3, RFC 6430, RFC 6591) and `opt-out` of the drafts before it. */
export const feedbackTypes = ["abuse", "fraud", "virus", "auth-failure", "not-spam", "opt-out", "other"] as const;
export type FeedbackType = (typeof feedbackTypes)[number];

export type FeedbackFormat = "arf" | "jmrp" | "x-arf" | "xarf-3" | "xarf-4";

/** A complaint in a form for machines. Everything in it is said by whoever sent it. */
export interface FeedbackReport {
  kind: "feedback_report";
  format: FeedbackFormat;
  feedbackType: FeedbackType;
  /** The type as it was written, where that says more: `miscategorized`, `messaging/spam`. */
  givenType: string;
  userAgent: string | null;
  /** The sender's own number for it (RFC 9477 `CFBL-Feedback-ID`, XARF `report_id`). */
  feedbackId: string | null;
  envelopeId: string | null;
  sourceIps: string[];
  reportedDomains: string[];
  /** Never fetched. */
  reportedUris: string[];
  originalMailFrom: string | null;
  /** Who complains, where the sender does not hide it. */
  originalRecipients: string[];
  authFailure: string | null;
  incidents: number;
  /** What reports of its type say besides, a line each. */
  particulars?: string[];
  /** What it lacks by the rules of its own format, for whoever reads it; it is kept all the same. */
  faults?: string[];
  /** ISO instant at which the reported message came or the thing happened; null: not told. */
  arrivedAt: string | null;
  /** The message complained of, as far as it was enclosed. */
  original: { messageId: string | null; from: string | null; subject: string; text: string } | null;
  /** What the sender wrote for people. */
  words: string;
}

/** Reads ARF (RFC 5965), what Hotmail sends in its place, X-ARF and XARF; null: it is none, whatever it calls itself. */
export const readFeedback = (message: ParsedMessage): FeedbackReport | null => readArf(message) ?? readXarf(message) ?? readJmrp(message);

/**
 * Whether it calls itself a machine's report: such a message is no automatic answer, though its sender may mark it so. Some
 * leave the type of a `multipart/report` out.
 */
export const declaresFeedback = (message: ParsedMessage): boolean =>
  (message.contentType === "multipart/report" && !/^(?:delivery-status|disposition-notification)$/i.test(message.parameters["report-type"] ?? "")) ||
  message.parts.some(({ contentType }) => contentType === "message/feedback-report") ||
  declaresXarf(message);

const most = 20;

function readArf(message: ParsedMessage): FeedbackReport | null {
  const part = message.parts.find(({ contentType }) => contentType === "message/feedback-report");
  // Some generators leave empty lines between the fields.
  const fields = part?.text ? joined(fieldBlocks(part.text)) : null;
  const given = fields && field(fields, "feedback-type");
  if (!fields || !given) return null;
  const original = originalOf(message);
  const count = Number(field(fields, "incidents") ?? "1");
  return {
    kind: "feedback_report",
    format: "arf",
    feedbackType: feedbackTypeOf(given),
    givenType: given.slice(0, 60),
    userAgent: field(fields, "user-agent"),
    feedbackId: field(fields, "cfbl-feedback-id") ?? feedbackIdOf(message),
    envelopeId: field(fields, "original-envelope-id"),
    sourceIps: all(fields, "source-ip"),
    reportedDomains: all(fields, "reported-domain").map((domain) => domain.toLowerCase()),
    reportedUris: all(fields, "reported-uri"),
    originalMailFrom: typedAddress(field(fields, "original-mail-from")),
    originalRecipients: [...all(fields, "original-rcpt-to"), ...all(fields, "removal-recipient")].flatMap((value) => typedAddress(value) ?? []).slice(0, most),
    authFailure: field(fields, "auth-failure"),
    incidents: Number.isInteger(count) && count > 0 && count < 1e9 ? count : 1,
    arrivedAt: instantOf(field(fields, "arrival-date") ?? field(fields, "received-date")),
    original,
    words: message.text,
  };
}

/** Types nobody registered become `other` (RFC 5965 3.1). */
export const feedbackTypeOf = (given: string): FeedbackType => feedbackTypes.find((known) => known === given.trim().toLowerCase()) ?? "other";

/** Hotmail's Junk Mail Reporting Program encloses the message and says no more: whom it went to stands in a header of it. */
function readJmrp(message: ParsedMessage): FeedbackReport | null {
  const enclosed = message.parts.find(({ embedded }) => embedded && headerValue(embedded, "x-hmxmroriginalrecipient"))?.embedded;
  if (!enclosed) return null;
  return {
    kind: "feedback_report",
    format: "jmrp",
    feedbackType: "abuse",
    givenType: "abuse",
    userAgent: "JMRP",
    feedbackId: feedbackIdOf(message),
    envelopeId: null,
    sourceIps: headerValues(enclosed, "x-reporter-ip").concat(/\b(?:\d{1,3}\.){3}\d{1,3}\b/.exec(message.subject)?.[0] ?? []).slice(0, most),
    reportedDomains: [],
    reportedUris: [],
    originalMailFrom: null,
    originalRecipients: headerValues(enclosed, "x-hmxmroriginalrecipient").slice(0, most),
    authFailure: null,
    incidents: 1,
    arrivedAt: enclosed.date,
    original: originalOf(message),
    words: message.text,
  };
}

/** RFC 9477 3.3: the header stands in the enclosed message. */
const feedbackIdOf = (message: ParsedMessage): string | null => message.parts.flatMap(({ embedded }) => (embedded ? headerValues(embedded, "cfbl-feedback-id") : []))[0]?.replace(/\s+/g, "").slice(0, 200) ?? null;

export function originalOf(message: ParsedMessage): FeedbackReport["original"] {
  const enclosed = message.parts.find(({ embedded }) => embedded)?.embedded;
  return enclosed ? { messageId: enclosed.messageId, from: enclosed.from[0]?.address ?? null, subject: enclosed.subject, text: enclosed.text } : null;
}

function joined(blocks: readonly Fields[]): Fields {
  const fields = new Map<string, string[]>();
  for (const block of blocks) for (const [name, values] of block) fields.set(name, [...(fields.get(name) ?? []), ...values]);
  return fields;
}

const all = (fields: Fields, name: string): string[] => (fields.get(name) ?? []).filter((value) => value !== "").slice(0, most);

export function instantOf(value: string | null): string | null {
  const at = value === null ? Number.NaN : Date.parse(value.slice(0, 100));
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
