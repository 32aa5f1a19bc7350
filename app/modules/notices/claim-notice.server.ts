import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { OutgoingMail } from "~/infra/mail.server";
import { refuse, type Result } from "~/infra/result";
import { isSpared } from "./complaints.server";
import { failLocked } from "./fail-notice.server";
import { loadMail, lockNotice, saveNotice, type LockedNotice } from "./notice.repo.server";
import { consoleSender, replyAddress } from "./render-notice.server";
import { consoleAddress } from "./sender";
import { domainOf } from "./campaign/campaign-mail.server";
import { turnLastsMs } from "./campaign/pace";
import { laneOf } from "./sending/lane";
import { holdsNow } from "./sending/notice-pause.repo.server";
import { takeTurn } from "./sending/take-turn.server";
import { signedAddresses } from "./signed-addresses.server";

export type ClaimRefusal = "notice_unknown" | "not_queued" | "not_yet" | "paused" | "complained_of";

const keeper = { kind: "system", name: "notices" } as const;

/**
 * Takes one notice to be sent now. The queue may deliver a job twice, so the row decides: a notice that was handed
 * over is left alone, and while one worker holds the lease no other sends. A worker that dies loses its lease when it
 * runs out, which is later than any send can last.
 *
 * While its platform's notices are paused it stays queued and nothing comes back to it: ending the pause hands it over anew. And it
 * waits for its turn where its recipient's mail domain had its share.
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
    if (await isSpared(tx, notice)) {
      const failed = await failLocked(tx, deps, keeper, notice, "not sent: the recipient complained of our mail");
      return failed.ok ? refuse("complained_of") : refuse("not_queued", { state: notice.state });
    }
    if (notice.platformId && (await holdsNow(tx, notice.platformId))) return refuse("paused");
    const mail = await openMail(tx, deps, await loadMail(tx, noticeId));
    const turn = await turnOf(tx, deps, notice, mail.to, now);
    if (turn > now) {
      await saveNotice(tx, noticeId, { turnAt: turn.toJSDate(), leaseUntil: turn.toJSDate() });
      return refuse("not_yet", { inMs: turn.diff(now).toMillis() });
    }
    await saveNotice(tx, noticeId, { attempts: notice.attempts + 1, leaseUntil: now.plus(leaseMs).toJSDate(), turnAt: null, lastError: null });
    return { ok: true, mail };
  });
}

/** The turn it was given and has not missed, or one that it is given now. */
async function turnOf(tx: Tx, { config }: Deps, { kind, turnAt }: LockedNotice, to: string, now: DateTime): Promise<DateTime> {
  const given = turnAt && DateTime.fromJSDate(turnAt, { zone: "utc" });
  if (given && now.diff(given).toMillis() <= turnLastsMs) return given;
  return takeTurn(tx, { domain: domainOf(to), lane: laneOf(kind), now, limit: config.noticePace });
}

async function openMail(tx: Tx, deps: Deps, sealed: Awaited<ReturnType<typeof loadMail>>): Promise<OutgoingMail> {
  const sender = sealed.platform ?? consoleSender(consoleAddress(deps.config.publicUrl));
  const signed = sealed.platform && (await signedAddresses(tx, deps.crypto, sealed, sender.abuseEmail.slice(sender.abuseEmail.lastIndexOf("@") + 1)));
  const replyTo = signed?.replyTo ?? (sealed.kind === "policy_change" ? sender.abuseEmail : replyAddress(sender, sealed.kind));
  return {
    ...(signed ? { returnPath: signed.returnPath, answersMail: signed.answersMail } : {}),
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
