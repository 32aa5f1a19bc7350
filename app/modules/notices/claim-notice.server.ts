import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import type { OutgoingMail } from "~/infra/mail.server";
import { refuse, type Result } from "~/infra/result";
import { loadMail, lockNotice, saveNotice } from "./notice.repo.server";
import { consoleSender, replyAddress } from "./render-notice.server";
import { consoleAddress } from "./sender";

export type ClaimRefusal = "notice_unknown" | "not_queued" | "not_yet";

/**
 * Takes one notice to be sent now. The queue may deliver a job twice, so the row decides: a notice that was handed
 * over is left alone, and while one worker holds the lease no other sends. A worker that dies loses its lease when it
 * runs out, which is later than any send can last.
 */
export async function claimNotice(
  deps: Deps,
  { noticeId, leaseMs }: { noticeId: string; leaseMs: number },
): Promise<Result<{ mail: OutgoingMail }, ClaimRefusal>> {
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    if (notice.state !== "queued") return refuse("not_queued", { state: notice.state });
    const freeAt = notice.leaseUntil && DateTime.fromJSDate(notice.leaseUntil, { zone: "utc" });
    if (freeAt && freeAt > now) return refuse("not_yet", { inMs: freeAt.diff(now).toMillis() });
    await saveNotice(tx, noticeId, { attempts: notice.attempts + 1, leaseUntil: now.plus(leaseMs).toJSDate() });
    return { ok: true, mail: openMail(deps, await loadMail(tx, noticeId)) };
  });
}

function openMail(deps: Deps, sealed: Awaited<ReturnType<typeof loadMail>>): OutgoingMail {
  const sender = sealed.platform ?? consoleSender(consoleAddress(deps.config.publicUrl));
  const replyTo = sealed.kind === "policy_change" ? sender.abuseEmail : replyAddress(sender, sealed.kind);
  return {
    messageId: sealed.messageId,
    date: sealed.createdAt,
    from: { name: sender.name, address: sender.abuseEmail },
    replyTo,
    to: deps.crypto.open(sealed.addressSealed, "notice.address"),
    subject: sealed.subject,
    text: deps.crypto.open(sealed.textSealed, "notice.text"),
    html: deps.crypto.open(sealed.htmlSealed, "notice.html"),
    language: sealed.language,
  };
}
