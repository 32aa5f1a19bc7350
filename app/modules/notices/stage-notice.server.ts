import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutboxes } from "~/infra/outbox.server";
import { messageIdOf, type NoticeSubject } from "./notice";
import { insertNotices, loadSenders, type NewNotice, type Sender } from "./notice.repo.server";
import { recordAudits } from "../audit/record-audit.server";
import { isToHolder, wordsOfPeople, type ContentOf, type HolderTemplate, type OtherContent } from "./audience";
import { composeNotice, type Composed } from "./compose-notice.server";
import type { LeakGuard } from "./leak-guard";
import { consoleSender, renderNotice } from "./render-notice.server";
import { consoleAddress } from "./sender";

const stager = { kind: "system", name: "notices" } as const;

interface Envelope {
  at: DateTime;
  /** null: the console itself writes, to a colleague. */
  platformId: string | null;
  /** The platform's letterhead where the command has read it already. */
  sender?: Sender;
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

export interface Staged {
  noticeId: string;
  /** False when this very message stood already. */
  staged: boolean;
}

/** Freezes one message to one person and stages its delivery, as {@link stageNotices} does. */
export async function stageNotice(tx: Tx, deps: Deps, draft: NoticeDraft): Promise<Staged> {
  const [staged] = await stageNotices(tx, deps, [draft]);
  return staged!;
}

/**
 * Freezes messages and stages their delivery, in the caller's transaction: a decision without its notices cannot be
 * committed, nor a notice without its decision. However many there are, they are written by a statement for each kind of
 * row, and each of their platforms is read once.
 *
 * @returns one answer for each draft, in their order
 */
export async function stageNotices(tx: Tx, deps: Deps, drafts: readonly NoticeDraft[]): Promise<Staged[]> {
  if (drafts.length === 0) return [];
  for (const draft of drafts) await refuseLeaks(draft);
  const senders = await sendersOf(tx, drafts);
  const written: { notice: NewNotice; draft: NoticeDraft; fault: Composed["fault"] }[] = [];
  for (const draft of drafts) {
    const own = draft.platformId ? senders.get(draft.platformId)! : null;
    written.push({ draft, ...(await freeze(tx, deps, own, draft)) });
  }
  const standing = await insertNotices(tx, written.map(({ notice }) => notice));
  const fresh = written.filter(({ notice }) => standing.get(notice.dedupeKey) === notice.id);
  await recordAudits(tx, stager, fresh.flatMap(({ notice, draft, fault }) => (fault ? [failedTemplate(notice, draft, fault)] : [])));
  await stageOutboxes(tx, fresh.map(({ notice, draft }) => ({ topic: "notice.deliver", payload: { noticeId: notice.id }, at: draft.at })));
  const isFresh = new Set(fresh.map(({ notice }) => notice.id));
  return written.map(({ notice }) => ({ noticeId: standing.get(notice.dedupeKey)!, staged: isFresh.has(notice.id) }));
}

export async function sendersOf(tx: Tx, drafts: readonly NoticeDraft[]): Promise<Map<string, Sender>> {
  const brought = drafts.flatMap(({ platformId, sender }) => (sender && sender.id === platformId ? [sender] : []));
  const senders = new Map(brought.map((sender) => [sender.id, sender]));
  for (const [id, sender] of await loadSenders(tx, drafts.flatMap(({ platformId }) => (platformId && !senders.has(platformId) ? [platformId] : [])))) senders.set(id, sender);
  return senders;
}

/** The row of one message: its text as it will be sent, sealed. */
async function freeze(tx: Tx, deps: Deps, own: Sender | null, draft: NoticeDraft): Promise<{ notice: NewNotice; fault: Composed["fault"] }> {
  const platform = own ?? consoleSender(consoleAddress(deps.config.publicUrl));
  const { mail, templateId, fault }: Composed = own ? await composeNotice(tx, deps, own, draft) : { mail: renderNotice(platform, draft.language, draft.content), templateId: null, fault: null };
  const id = newId();
  const addressHash = deps.crypto.lookup(draft.to, "email");
  const notice = {
    id,
    platformId: draft.platformId,
    kind: draft.content.template,
    ...draft.about,
    addressSealed: deps.crypto.seal(draft.to, "notice.address"),
    addressHash,
    language: mail.language,
    subject: mail.subject,
    textSealed: deps.crypto.seal(mail.text, "notice.text"),
    htmlSealed: deps.crypto.seal(mail.html, "notice.html"),
    messageId: messageIdOf(id, platform.abuseEmail),
    templateId,
    templateFault: fault?.reason ?? null,
    dedupeKey: `${draft.dedupeKey}:${addressHash.slice(0, 24)}`,
    createdAt: draft.at.toJSDate(),
  };
  return { notice, fault };
}

const failedTemplate = ({ id, kind }: NewNotice, { at, platformId }: NoticeDraft, { templateId, reason }: NonNullable<Composed["fault"]>) =>
  ({ type: "notice.template_failed", at, platformId, noticeId: id, kind, templateId, fault: reason }) as const;

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
