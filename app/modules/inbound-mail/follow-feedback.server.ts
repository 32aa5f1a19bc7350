import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { normaliseEmail } from "~/infra/normalise";
import { retractReport } from "../intake/retract-report.server";
import { noteMessageComplaint } from "../notices/campaign/bounce-message.server";
import { honourComplaint, withdrawComplaint } from "../notices/complaints.server";
import { noticeIdOf, type Circumstances } from "./circumstances.server";
import { signedIn } from "./follow-delivery.server";
import { fileFeedbackReport } from "./follow-report.server";
import { headerValues } from "./parsed-message";
import type { FeedbackReport } from "./understand/feedback-report";

const teller = { kind: "system", name: "mail" } as const;

export interface FeedbackCame {
  outcome: "report_filed" | "report_retracted" | "nothing_to_retract" | "complaint_honoured" | "complaint_withdrawn" | "complaint_unproven";
  reportId?: string;
  noticeId?: string;
  originalHash?: string;
}

/** A complaint about mail of ours is honoured; `not-spam` takes back what the same sender reported; all else is a report. */
export async function followFeedback(tx: Tx, deps: Deps, found: Circumstances, feedback: FeedbackReport): Promise<FeedbackCame> {
  const retracts = feedback.feedbackType === "not-spam";
  const own = ownNotice(deps, found, feedback);
  if (own?.proven) {
    const settled = retracts ? await withdrawComplaint(deps, teller, own) : await honourComplaint(deps, teller, own);
    if (!settled.ok) {
      const noted = await noteMessageComplaint(deps, teller, { messageId: own.noticeId, withdrawn: retracts });
      return { outcome: !noted.ok ? "complaint_unproven" : retracts ? "complaint_withdrawn" : "complaint_honoured" };
    }
    return { outcome: retracts ? "complaint_withdrawn" : "complaint_honoured", noticeId: own.noticeId };
  }
  if (own) return { outcome: "complaint_unproven" };

  const originalHash = hashOf(deps, found, feedback);
  if (!retracts) return { outcome: "report_filed", reportId: (await fileFeedbackReport(deps, found, feedback)).reportId, originalHash };
  if (!originalHash) return { outcome: "nothing_to_retract" };
  const earlier = await tx.receivedMail.findFirst({ where: { platformId: found.platform.id, originalHash, kind: "feedback_report", reportId: { not: null } }, orderBy: { receivedAt: "desc" }, select: { reportId: true } });
  if (!earlier?.reportId) return { outcome: "nothing_to_retract" };
  await retractReport(deps, teller, { reportId: earlier.reportId, words: "The feedback loop took this report back: its reader said that the message is not spam." });
  return { outcome: "report_retracted", reportId: earlier.reportId };
}

/**
 * The notice of ours that is complained of. A signed return path proves it; so does our Message-ID, which only its reader and
 * the servers on its way have seen, where the domain of the sender vouches for the report.
 */
function ownNotice(deps: Deps, { message, proven }: Circumstances, feedback: FeedbackReport): { noticeId: string; proven: boolean } | null {
  const paths = [feedback.originalMailFrom, feedback.envelopeId, ...message.parts.flatMap(({ embedded }) => (embedded ? headerValues(embedded, "return-path") : []))];
  const signed = paths.map((path) => signedIn(deps, path)).find((id) => id !== null);
  if (signed) return { noticeId: signed, proven: true };
  const named = feedback.original?.messageId ? noticeIdOf(feedback.original.messageId) : null;
  return named ? { noticeId: named, proven } : null;
}

/** By which the same sender's word about the same message is found again; only a proven sender has one. */
function hashOf({ crypto }: Deps, { from, proven, platform }: Circumstances, { original }: FeedbackReport): string | undefined {
  if (!from || !proven || !original?.messageId) return undefined;
  const domain = normaliseEmail(from).split("@")[1]!;
  return crypto.lookup(JSON.stringify([platform.id, domain, original.messageId]), "content");
}
