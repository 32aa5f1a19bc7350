import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { noticeMachine } from "./notice";
import type { NoticeKind } from "./notice-kind";
import { lockNotice, saveNotice } from "./notice.repo.server";

export interface BouncedNotice {
  noticeId: string;
  kind: NoticeKind;
  platformId: string | null;
  accountId: string | null;
  decisionId: string | null;
  actionId: string | null;
}

/**
 * A server further on could not deliver what the first had taken, and said so in a mail that names this very notice. Staff
 * see it in the delivery log, from where it can be sent again.
 *
 * @param said its code and words, without addresses
 */
export async function bounceNotice(deps: Deps, actor: Actor, { noticeId, said }: { noticeId: string; said: string }): Promise<Result<BouncedNotice, "notice_unknown" | "illegal_move">> {
  return deps.db.$transaction(async (tx) => {
    const now = deps.clock();
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    const after = noticeMachine.after(notice.state, "bounce");
    if (!after.ok) return after;
    const { kind, platformId, accountId, caseId, decisionId, actionId } = notice;
    await saveNotice(tx, noticeId, { state: after.state, lastError: said.slice(0, 300), settledAt: now.toJSDate() });
    await recordAudit(tx, actor, { type: "notice.bounced", at: now, noticeId, kind, platformId, accountId, caseId });
    return { ok: true, noticeId, kind, platformId, accountId, decisionId, actionId };
  });
}
