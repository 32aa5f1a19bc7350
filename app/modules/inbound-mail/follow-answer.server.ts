import type { Deps } from "~/infra/deps.server";
import { sanitiseText } from "~/infra/text";
import { takeMailedAppeal, type MailedAppealCame } from "../appeals/take-mailed-appeal.server";
import { addReportEvidence } from "../intake/add-report-evidence.server";
import { mostMessageText } from "../intake/add-report-evidence.schema";
import type { Circumstances, Matter } from "./circumstances.server";
import type { HumanMail } from "./understand/human-report";

/**
 * Adds an answer to the report it is about. Whoever writes to its signed address has had our mail; from a thread only the proven
 * reporter comes this far. Null: the report takes nothing more, and the answer is a mail of its own.
 */
export async function addToReport(deps: Deps, { mail }: Circumstances, matter: Matter, human: HumanMail): Promise<{ reportId: string } | null> {
  const text = cut(wordsOf(human), mostMessageText) || "The mail has no words; its original is kept as evidence.";
  const added = await addReportEvidence(deps, { kind: "reporter", reportId: matter.id }, { text, idempotencyKey: mail.id });
  return added.ok ? { reportId: matter.id } : null;
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
