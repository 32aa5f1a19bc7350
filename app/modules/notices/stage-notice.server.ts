import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { messageIdOf } from "./notice";
import { insertNotice, loadSender } from "./notice.repo.server";
import { recordAudit } from "../audit/record-audit.server";
import { isToHolder, wordsOfPeople, type ContentOf, type HolderTemplate, type OtherContent } from "./audience";
import { composeNotice, type Composed } from "./compose-notice.server";
import type { LeakGuard } from "./leak-guard";
import { consoleSender, renderNotice } from "./render-notice.server";
import { consoleAddress } from "./sender";

const stager = { kind: "system", name: "notices" } as const;

/** What a notice is about; the rows it hangs on in the delivery log and on the pages of those things. */
export interface NoticeSubject {
  accountId?: string | null;
  reportId?: string | null;
  caseId?: string | null;
  decisionId?: string | null;
  actionId?: string | null;
  appealId?: string | null;
  reporterMeasureId?: string | null;
}

interface Envelope {
  at: DateTime;
  /** null: the console itself writes, to a colleague. */
  platformId: string | null;
  /** The address in clear; it is sealed here. */
  to: string;
  language: string;
  about: NoticeSubject;
  /**
   * Names the one occasion of this message, e.g. `decision:<id>:statement`. The same occasion to the same address is
   * staged once, however often a command runs.
   */
  dedupeKey: string;
}

/** A message to an account holder comes with the guard that reads what people wrote in it. */
export type HolderDraft = Envelope & { content: ContentOf<HolderTemplate>; guard: LeakGuard };
export type OtherDraft = Envelope & { content: OtherContent; guard?: undefined };
export type NoticeDraft = HolderDraft | OtherDraft;

/**
 * Freezes one message to one person and stages its delivery, in the caller's transaction: a decision without its
 * notice cannot be committed, nor a notice without its decision.
 *
 * @returns the notice's id; `staged: false` when this very message stood already
 */
export async function stageNotice(tx: Tx, deps: Deps, draft: NoticeDraft): Promise<{ noticeId: string; staged: boolean }> {
  await refuseLeaks(draft);
  const own = draft.platformId ? await loadSender(tx, draft.platformId) : null;
  const platform = own ?? consoleSender(consoleAddress(deps.config.publicUrl));
  const { mail, templateId, fault }: Composed = own ? await composeNotice(tx, deps, own, draft) : { mail: renderNotice(platform, draft.language, draft.content), templateId: null, fault: null };
  const { subject, text, html, language } = mail;
  const id = newId();
  const addressHash = deps.crypto.lookup(draft.to, "email");
  const inserted = await insertNotice(tx, {
    id,
    platformId: draft.platformId,
    kind: draft.content.template,
    ...draft.about,
    addressSealed: deps.crypto.seal(draft.to, "notice.address"),
    addressHash,
    language,
    subject,
    textSealed: deps.crypto.seal(text, "notice.text"),
    htmlSealed: deps.crypto.seal(html, "notice.html"),
    messageId: messageIdOf(id, platform.abuseEmail),
    templateId,
    templateFault: fault?.reason ?? null,
    dedupeKey: `${draft.dedupeKey}:${addressHash.slice(0, 24)}`,
    createdAt: draft.at.toJSDate(),
  });
  if (!inserted.isNew) return { noticeId: inserted.id, staged: false };
  if (fault) await recordAudit(tx, stager, { type: "notice.template_failed", at: draft.at, platformId: draft.platformId, noticeId: id, kind: draft.content.template, templateId: fault.templateId, fault: fault.reason });
  await stageOutbox(tx, { topic: "notice.deliver", payload: { noticeId: id }, at: draft.at });
  return { noticeId: id, staged: true };
}

/**
 * The last door before an account holder (DOMAIN, rule 8). Commands refuse a text that leaks with a sentence for whoever
 * wrote it; a text that comes this far unread is a mistake of ours, and takes its whole transaction with it.
 */
async function refuseLeaks({ content, guard }: NoticeDraft): Promise<void> {
  if (!isToHolder(content)) return;
  for (const words of wordsOfPeople(content)) {
    const { open } = await guard!.judge(words);
    if (open.length > 0) throw new Error(`a ${content.template} was staged with words nobody cleared: ${open.map(({ kind }) => kind).join(", ")}`);
  }
}
