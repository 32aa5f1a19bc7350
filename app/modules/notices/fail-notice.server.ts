import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { Reply, ReplyRefusal } from "./mark-handed-over.server";
import { noticeMachine } from "./notice";
import { lockNotice, saveNotice, type LockedNotice } from "./notice.repo.server";

/** The mail server refused the recipient or the message for good: staff have to look at it. */
export async function failNotice(deps: Deps, actor: Actor, { noticeId, reply }: Reply): Promise<Result<object, ReplyRefusal>> {
  return deps.db.$transaction(async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    return notice ? failLocked(tx, deps, actor, notice, reply) : refuse("notice_unknown");
  });
}

/** The same within a transaction that holds the row. */
export async function failLocked(tx: Tx, deps: Deps, actor: Actor, notice: LockedNotice, reply: string): Promise<Result<object, "illegal_move">> {
  const now = deps.clock();
  const after = noticeMachine.after(notice.state, "fail");
  if (!after.ok) return after;
  const { id, kind, platformId, accountId, caseId, attempts } = notice;
  await saveNotice(tx, id, { state: after.state, lastError: reply, leaseUntil: null, settledAt: now.toJSDate() });
  await recordAudit(tx, actor, { type: "notice.failed", at: now, noticeId: id, kind, platformId, accountId, caseId, attempts });
  return { ok: true };
}
