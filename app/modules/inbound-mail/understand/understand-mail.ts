import type { CountryCode } from "libphonenumber-js/max";
import type { ParsedMessage } from "../parsed-message";
import { readAutoReply, type AutoReply } from "./auto-reply";
import type { MailEnvelope } from "./automatic";
import { readBounce, type Bounce } from "./bounce";
import { declaresFeedback, readFeedback, type FeedbackReport } from "./feedback-report";
import { readHuman, type HumanMail, type HumanReport } from "./human-report";

/** What a reference of ours names, by its letters. */
export type ReferenceKind = "report" | "case" | "appeal" | "decision" | "action";

/** A notice of ours that the message says it answers (`In-Reply-To`, `References`). */
export interface Thread {
  noticeId: string;
  about: ReferenceKind;
}

export interface CaseReply extends HumanMail {
  kind: "case_reply";
  /** By the signed address, or by the thread, which proves nothing. */
  by: "signed_reference" | "thread";
}

export interface AppealMail extends HumanMail {
  kind: "appeal";
  by: "signed_reference" | "thread" | "address";
}

export type Understanding = Bounce | AutoReply | FeedbackReport | CaseReply | AppealMail | HumanReport;

export interface MailContext {
  envelope: MailEnvelope;
  /** What the signed address it was sent to names. */
  signed: ReferenceKind | null;
  /** Whether it was sent to the address for appeals. */
  toAppeals: boolean;
  thread: Thread | null;
  /** Where numbers without a country code are read. */
  country?: CountryCode;
}

/**
 * What a message is, in this order: bounce, automatic reply, feedback report, reply to a case, appeal, and else a person's
 * report. Reading proves nothing: whether a sender is who they say is judged by whoever acts on it.
 */
export function understandMail(message: ParsedMessage, { envelope, signed, toAppeals, thread, country }: MailContext): Understanding {
  const bounce = readBounce(message, envelope);
  if (bounce) return bounce;
  const declared = declaresFeedback(message);
  const reply = declared ? null : readAutoReply(message, envelope);
  if (reply) return reply;
  const feedback = readFeedback(message);
  if (feedback) return feedback;

  const human = readHuman(message, country);
  const about = signed ?? thread?.about ?? null;
  const by = signed ? "signed_reference" : "thread";
  if (about === "report" || about === "case" || about === "appeal") return { kind: "case_reply", by, ...human };
  if (about === "decision" || about === "action") return { kind: "appeal", by, ...human };
  if (toAppeals) return { kind: "appeal", by: "address", ...human };
  return { kind: "human_report", unparsedFeedback: declared, ...human };
}
