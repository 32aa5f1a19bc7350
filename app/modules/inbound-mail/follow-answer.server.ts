import type { Deps } from "~/infra/deps.server";
import { sanitiseText } from "~/infra/text";
import { takeMailedAppeal, type MailedAppealCame } from "../appeals/take-mailed-appeal.server";
import { normaliseEmail } from "~/infra/normalise";
import { addReportEvidence } from "../intake/add-report-evidence.server";
import { mostMessageText } from "../intake/add-report-evidence.schema";
import { keepUnprovenReply } from "../intake/keep-unproven-reply.server";
import { provesEnvelope } from "./authentication";
import type { Circumstances, Matter } from "./circumstances.server";
import type { HumanMail } from "./understand/human-report";

export interface AddedToReport {
  outcome: "reply_added" | "reply_unproven";
  reportId: string;
  reportMessageId?: string;
}

/**
 * Adds an answer to the report it is about. Its signed address shows that our mail was had, which may have been passed on: the
 * reporter's words are only what the reporter is proven to have sent. Null: the report takes nothing more, and the answer is a mail of its own.
 */
export async function addToReport(deps: Deps, found: Circumstances, matter: Matter, human: HumanMail): Promise<AddedToReport | null> {
  const text = cut(wordsOf(human), mostMessageText) || "The mail has no words; its original is kept as evidence.";
  const reportId = matter.id;
  if (!(await isReporters(deps, found, reportId))) {
    const kept = await keepUnprovenReply(deps, { reportId, text });
    return kept.ok ? { outcome: "reply_unproven", reportId, reportMessageId: kept.messageId } : null;
  }
  const added = await addReportEvidence(deps, { kind: "reporter", reportId }, { text, idempotencyKey: found.mail.id });
  return added.ok ? { outcome: "reply_added", reportId, reportMessageId: added.messageId ?? undefined } : null;
}

/** Whether the report's reporter sent the mail: the address they are known by is in From and proven, or sent it and SPF says so. */
async function isReporters({ db, crypto }: Deps, { from, proven, envelope, mail }: Circumstances, reportId: string): Promise<boolean> {
  const report = await db.report.findUnique({ where: { id: reportId }, select: { reporter: { select: { emailHash: true } } } });
  const known = report?.reporter?.emailHash;
  if (!known) return false;
  const sender = envelope.sender?.trim() ?? "";
  const proved = [...(from && proven ? [from] : []), ...(provesEnvelope(mail.authentication, normaliseEmail(sender)) ? [sender] : [])];
  return proved.some((address) => crypto.lookup(address, "email") === known);
}

/** Takes what an account holder wrote about a measure or an appeal. */
export function takeAppeal(deps: Deps, found: Circumstances, human: HumanMail): Promise<MailedAppealCame> {
  const { platform, mail, from, envelope, signed, thread } = found;
  const own = wordsOf(human);
  const words = own || human.subject;
  return takeMailedAppeal(deps, {
    platformId: platform.id,
    email: from ?? envelope.sender ?? "",
    proven: found.proven,
    reference: (signed ?? thread)?.reference ?? null,
    subject: own ? cut(human.subject, 500) : null,
    actionText: cut(`${human.subject}\n${words}`, 500),
    explanation: cut(words, 10_000) || "The mail has no words; see its original.",
    receivedAt: mail.receivedAt,
    mailId: mail.id,
  });
}

/** The sender's own words; of a mail that only passes something on, that. */
const wordsOf = ({ words, inner }: HumanMail): string => (words.trim() !== "" ? words : inner.map(({ text }) => text).join("\n\n"));

const cut = (text: string, max: number): string => sanitiseText(sanitiseText(text.slice(0, max * 2)).slice(0, max)).slice(0, max);
