import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { noticeMachine } from "./notice";
import { lockNotice, saveNotice } from "./notice.repo.server";

/** Sends a failed or bounced notice again, with all its tries, under the Message-ID it always had. */
export async function retryNotice(
  deps: Deps,
  actor: Actor,
  { noticeId }: { noticeId: string },
): Promise<Result<object, "forbidden" | "notice_unknown" | "illegal_move">> {
  if (!may(actor, "case:work") && !may(actor, "job:manage")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    const after = noticeMachine.after(notice.state, "retry");
    if (!after.ok) return after;
    await saveNotice(tx, noticeId, { state: after.state, attempts: 0, leaseUntil: null, turnAt: null, smtpReply: null, settledAt: null });
    await recordAudit(tx, actor, { type: "notice.retried", at: now, noticeId, kind: notice.kind, platformId: notice.platformId, accountId: notice.accountId, caseId: notice.caseId });
    await stageOutbox(tx, { topic: "notice.deliver", payload: { noticeId }, at: now });
    return { ok: true };
  });
}
