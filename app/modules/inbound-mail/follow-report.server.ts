import type { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { sanitiseLine, sanitiseText } from "~/infra/text";
import { submitReport } from "../intake/submit-report.server";
import { noClause, reportLimits, type SubmitReportInput } from "../intake/submit-report.schema";
import { mostPhones } from "../intake/report-phones";
import type { Circumstances } from "./circumstances.server";
import type { FeedbackReport } from "./understand/feedback-report";
import type { HumanMail } from "./understand/human-report";

const taker = { kind: "system", name: "mail" } as const;

/** A report that came of a mail. */
export interface Filed {
  reportId: string;
  /** The same words of the same reporter were here before. */
  recognised: boolean;
}

/**
 * Files what a person wrote as a report by mail. Staff choose clause and account: a mail is read, and decides nothing.
 *
 * @param receiptTo where the acknowledgement goes; null: nowhere
 */
export function fileHumanReport(deps: Deps, found: Circumstances, human: HumanMail, receiptTo: string | null): Promise<Filed> {
  const words = [human.subject, human.words].filter((part) => part.trim() !== "").join("\n\n");
  const inner = human.inner.map(({ from, subject, date, text }) => [from && `From: ${from}`, subject && `Subject: ${subject}`, date && `Date: ${date}`, "", text].filter((line) => line !== null).join("\n"));
  return file(deps, found, {
    businessName: human.businessName,
    description: words,
    messageText: inner.join("\n\n"),
    phones: human.phones,
    email: reporterAddress(found),
    language: human.language,
    receiptTo,
  });
}

/** Files a machine's complaint. Its sender asked for no answer, so nobody is written to. */
export function fileFeedbackReport(deps: Deps, found: Circumstances, feedback: FeedbackReport): Promise<Filed> {
  const { original } = feedback;
  const facts = [
    `Feedback report (${feedback.format}): ${feedback.givenType}`,
    feedback.userAgent && `By: ${feedback.userAgent}`,
    feedback.sourceIps.length > 0 && `Source: ${feedback.sourceIps.join(", ")}`,
    feedback.reportedDomains.length > 0 && `Domains: ${feedback.reportedDomains.join(", ")}`,
    feedback.reportedUris.length > 0 && `Links: ${feedback.reportedUris.join(" ")}`,
    feedback.authFailure && `Authentication failure: ${feedback.authFailure}`,
    feedback.incidents > 1 && `Incidents: ${feedback.incidents}`,
    ...(feedback.particulars ?? []),
    feedback.faults?.length && `Not valid by its own format: ${feedback.faults.join("; ")}`,
    feedback.feedbackId && `Their number: ${feedback.feedbackId}`,
  ].filter(Boolean);
  return file(deps, found, {
    businessName: null,
    description: [facts.join("\n"), feedback.words].join("\n\n"),
    messageText: original ? [original.from && `From: ${original.from}`, original.subject && `Subject: ${original.subject}`, "", original.text].filter((line) => line !== null).join("\n") : "",
    phones: [],
    email: null,
    language: null,
    arrivedAt: feedback.arrivedAt,
    receiptTo: null,
  });
}

/**
 * Whom a reporter is known by, and where the outcome goes: the address in From where its domain vouches for it and brought the mail
 * itself, so that nobody can send a mail of theirs again and hear their outcome; else the envelope's sender.
 */
export function reporterAddress({ from, proven, envelope }: Pick<Circumstances, "from" | "proven" | "envelope">): string | null {
  const sender = envelope.sender?.trim() ?? "";
  if (!/^[^\s@<>"(),:;[\]\\]{1,64}@[^\s@<>"(),:;[\]\\]{1,189}$/u.test(sender)) return null;
  const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return from && proven && domainOf(from) === domainOf(sender) ? from : sender;
}

interface Draft {
  businessName: string | null;
  description: string;
  messageText: string;
  phones: readonly string[];
  email: string | null;
  language: string | null;
  arrivedAt?: string | null;
  receiptTo: string | null;
}

async function file(deps: Deps, { mail, platform, message }: Circumstances, draft: Draft): Promise<Filed> {
  const input: SubmitReportInput = {
    platform: platform.key,
    clause: noClause,
    businessName: sanitiseLine(draft.businessName ?? "").slice(0, reportLimits.name) || undefined,
    businessPhone: undefined,
    externalId: undefined,
    description: cut(draft.description, reportLimits.description) || "The mail has no words; its original is kept as evidence.",
    messageText: cut(draft.messageText, reportLimits.messageText) || undefined,
    phones: draft.phones.slice(0, mostPhones),
    day: dayOf(draft.arrivedAt ?? message.date, platform.zone, deps.clock()),
    time: undefined,
    email: draft.email ?? undefined,
    language: draft.language === "es" || (draft.language === null && platform.defaultLanguage === "es") ? "es" : "en",
    idempotencyKey: mail.id,
  };
  const filed = await submitReport(deps, taker, input, [], { receiptTo: draft.receiptTo });
  if (!filed.ok) throw new Error(`a mail became no report: ${filed.reason}`);
  return { reportId: filed.reportId, recognised: filed.repeated === "content" };
}

/** Half of a sign at the cut is no sign. */
const cut = (text: string, max: number): string => sanitiseText(sanitiseText(text.slice(0, max * 2)).slice(0, max)).slice(0, max);

/** A sender's clock may be anything: a day of the last year that is not ahead is believed. */
function dayOf(iso: string | null, zone: string, now: DateTime): string | undefined {
  if (!iso) return undefined;
  const at = now.set({}).plus({ milliseconds: Date.parse(iso) - now.toMillis() });
  return at.isValid && at <= now && at > now.minus({ years: 1 }) ? civilDayOf(at, zone) : undefined;
}
