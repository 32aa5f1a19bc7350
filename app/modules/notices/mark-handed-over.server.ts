import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { noticeMachine } from "./notice";
import { lockNotice, saveNotice } from "./notice.repo.server";

export interface Reply {
  noticeId: string;
  /** The mail server's reply, without the address. */
  reply: string;
}

export type ReplyRefusal = "notice_unknown" | "illegal_move";

/** The recipient's mail server took the mail: from now on the person counts as informed (CF-AUP 7.3). */
export async function markHandedOver(deps: Deps, actor: Actor, { noticeId, reply }: Reply): Promise<Result<object, ReplyRefusal>> {
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    const after = noticeMachine.after(notice.state, "hand_over");
    if (!after.ok) return after;
    const { kind, platformId, accountId, caseId } = notice;
    await saveNotice(tx, noticeId, { state: after.state, handedOverAt: now.toJSDate(), smtpReply: reply, leaseUntil: null, lastError: null });
    await recordAudit(tx, actor, { type: "notice.handed_over", at: now, noticeId, kind, platformId, accountId, caseId });
    await stageOutbox(tx, { topic: "notice.handed_over", payload: { noticeId }, at: now });
    return { ok: true };
  });
}
