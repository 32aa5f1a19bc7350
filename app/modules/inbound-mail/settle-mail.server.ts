import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { joinTransaction } from "~/infra/joined-transaction.server";
import { readWhole } from "~/infra/storage.server";
import { recordAudit } from "../audit/record-audit.server";
import { acknowledgementOf, type Acknowledgement } from "./acknowledgement.server";
import { circumstancesOf, type Circumstances } from "./circumstances.server";
import { acknowledgeUnmatched } from "../appeals/acknowledge-unmatched.server";
import { noteAnswerable } from "../appeals/tell-put-aside.server";
import { addToReport, takeAppeal } from "./follow-answer.server";
import { followBounce } from "./follow-delivery.server";
import { followFeedback } from "./follow-feedback.server";
import { fileHumanReport } from "./follow-report.server";
import { loadMail, lockMail, originalBelongsTo, saveReading, saveSettled, saveUnreadable } from "./mail.repo.server";
import type { ParsedMessage } from "./parsed-message";
import { readingOf } from "./reading";
import type { MailFault, MailLeadsTo } from "./received-mail";
import { understandMail, type Understanding } from "./understand/understand-mail";

/** What reading mail takes beside the usual: a parser that nothing sent to it can hold up. */
export interface SettlingDeps extends Deps {
  parser: { parse(bytes: Uint8Array): Promise<{ ok: true; message: ParsedMessage } | { ok: false; fault: MailFault }> };
}

const settler = { kind: "system", name: "mail" } as const;

export type SettledMail = { done: string };

/**
 * Reads one received mail and does what follows from it, once: its report, appeal or delivery fact, the acknowledgement, the
 * audit entry and the row commit together. Whatever dies on the way, the mail is still there and is settled again from its bytes.
 */
export async function settleMail(deps: SettlingDeps, mailId: string): Promise<SettledMail> {
  const waiting = await deps.db.$transaction((tx) => loadMail(tx, mailId));
  if (!waiting) return { done: "mail_unknown" };
  if (waiting.state !== "received") return { done: "settled_before" };
  const parsed = await deps.parser.parse(await readWhole(deps.storage, waiting.sha256));
  const now = deps.clock();
  return deps.db.$transaction(
    async (tx) => {
      const mail = await lockMail(tx, mailId);
      if (mail?.state !== "received") return { done: "settled_before" };
      if (!parsed.ok) {
        await saveUnreadable(tx, mailId, { fault: parsed.fault, at: now });
        await recordAudit(tx, settler, { type: "mail.unreadable", at: now, platformId: mail.platformId, mailId, fault: parsed.fault });
        return { done: "kept_unreadable" };
      }
      return settle(tx, joinTransaction(deps, tx, now), await circumstancesOf(tx, deps, mail, parsed.message), now);
    },
    { timeout: 60_000, maxWait: 20_000 },
  );
}

interface Came extends MailLeadsTo {
  outcome: string;
  acknowledged?: boolean;
  originalHash?: string;
  notAcknowledged?: string;
}

async function settle(tx: Tx, deps: Deps, found: Circumstances, now: DateTime): Promise<SettledMail> {
  const { mail, message } = found;
  const understood = understandMail(message, { envelope: found.envelope, signed: found.signed?.kind ?? null, thread: found.thread && { noticeId: found.thread.noticeId, about: found.thread.kind }, toAppeals: found.toAppeals });
  const { outcome, acknowledged = false, originalHash, notAcknowledged, ...leadsTo } = await follow(tx, deps, found, understood, now);
  const feedbackType = understood.kind === "feedback_report" ? understood.feedbackType : null;
  await saveSettled(tx, mail.id, { kind: understood.kind, feedbackType, acknowledged, outcome, at: now, ...leadsTo });
  await saveReading(tx, mail.id, { originalHash: originalHash ?? null, reading: { ...readingOf(understood, message.cut), ...(notAcknowledged ? { notAcknowledged } : {}) } });
  await recordAudit(tx, settler, { type: "mail.settled", at: now, platformId: mail.platformId, caseId: leadsTo.caseId, mailId: mail.id, kind: understood.kind, feedbackType, outcome, acknowledged, ...leadsTo });
  return { done: outcome };
}

async function follow(tx: Tx, deps: Deps, found: Circumstances, understood: Understanding, now: DateTime): Promise<Came> {
  switch (understood.kind) {
    case "bounce":
      return followBounce(deps, found, understood);
    case "auto_reply":
      return { outcome: "kept" };
    case "feedback_report": {
      const came = await followFeedback(tx, deps, found, understood);
      if (came.outcome === "report_filed") await originalBelongsTo(tx, found.mail.id, { reportId: came.reportId! });
      return came;
    }
    case "case_reply":
      return followReply(tx, deps, found, understood, now);
    case "appeal":
      return followAppeal(tx, deps, found, understood, now);
    case "human_report":
      return followHuman(tx, deps, found, understood, now);
  }
}

async function followHuman(tx: Tx, deps: Deps, found: Circumstances, human: Extract<Understanding, { kind: "human_report" | "case_reply" }>, now: DateTime): Promise<Came> {
  const acknowledgement: Acknowledgement = await acknowledgementOf(tx, found, now);
  const { reportId, recognised } = await fileHumanReport(deps, found, human, acknowledgement.to);
  await originalBelongsTo(tx, found.mail.id, { reportId });
  return { outcome: recognised ? "report_recognised" : "report_filed", reportId, acknowledged: acknowledgement.to !== null, notAcknowledged: acknowledgement.why ?? undefined };
}

async function followReply(tx: Tx, deps: Deps, found: Circumstances, reply: Extract<Understanding, { kind: "case_reply" }>, now: DateTime): Promise<Came> {
  const matter = found.signed ?? found.thread;
  if (matter?.kind === "appeal") return followAppeal(tx, deps, found, reply, now);
  const added = matter?.kind === "report" ? await addToReport(deps, found, matter, reply) : null;
  if (!added) return followHuman(tx, deps, found, reply, now);
  const { outcome, ...origin } = added;
  await originalBelongsTo(tx, found.mail.id, origin);
  return { outcome, reportId: origin.reportId };
}

async function followAppeal(tx: Tx, deps: Deps, found: Circumstances, human: Extract<Understanding, { kind: "appeal" | "case_reply" }>, now: DateTime): Promise<Came> {
  const taken = await takeAppeal(deps, found, human);
  if (taken.came === "for_a_person") {
    const acknowledgement = await acknowledgementOf(tx, found, now);
    // Who has had a receipt within the hour gets none now, and may be told later what becomes of this one.
    const answerable = acknowledgement.to ?? (acknowledgement.why === "this_hour" ? (found.envelope.sender?.trim() ?? null) : null);
    if (answerable) await noteAnswerable(tx, deps, taken.unmatchedAppealId, { to: answerable, language: human.language });
    const acknowledged = acknowledgement.to !== null && (await acknowledgeUnmatched(tx, deps, { to: acknowledgement.to, unmatchedAppealId: taken.unmatchedAppealId, platform: found.platform, language: human.language, receivedAt: found.mail.receivedAt }));
    return { outcome: "appeal_for_a_person", unmatchedAppealId: taken.unmatchedAppealId, acknowledged, notAcknowledged: acknowledgement.why ?? (acknowledged ? undefined : "told_before") };
  }
  await originalBelongsTo(tx, found.mail.id, { appealId: taken.appealId });
  // The receipt with the private link goes to every address of the account, of which the sender's is one.
  return { outcome: taken.came === "added" ? "appeal_known" : taken.late ? "appeal_filed_late" : "appeal_filed", appealId: taken.appealId, acknowledged: taken.came === "filed" };
}
