import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { failLocked } from "./fail-notice.server";
import type { Reply, ReplyRefusal } from "./mark-handed-over.server";
import { pauseAfter } from "./notice";
import { lockNotice, saveNotice } from "./notice.repo.server";

/**
 * The mail server asked to try later, or did not answer. The notice stays queued and is due again after a pause that
 * grows with every try; when no try is left it has failed.
 *
 * @returns the pause, or null when the notice failed
 */
export async function deferNotice(deps: Deps, actor: Actor, { noticeId, reply }: Reply): Promise<Result<{ inMs: number | null }, ReplyRefusal>> {
  return deps.db.$transaction(async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    if (notice.state !== "queued") return refuse("illegal_move", { state: notice.state, move: "defer" });
    const pause = pauseAfter(notice.attempts);
    if (pause === null) {
      const failed = await failLocked(tx, deps, actor, notice, reply);
      return failed.ok ? { ok: true, inMs: null } : failed;
    }
    await saveNotice(tx, noticeId, { leaseUntil: deps.clock().plus(pause).toJSDate(), lastError: reply });
    return { ok: true, inMs: pause };
  });
}
