import type { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { noticeMachine } from "./notice";
import { measureKinds } from "./notice-kind";
import { lockNotice, saveNotice, type LockedNotice } from "./notice.repo.server";
import type { StopNoticeInput } from "./stop-notice.schema";

export type StopNoticeRefusal = "forbidden" | "notice_unknown" | "illegal_move" | "notice_mandatory" | "notice_on_its_way";

/**
 * Ends one notice that still waits, so that it is not handed over; whoever thinks better of it sends it again as any that failed. What tells an
 * account holder of a measure is only ever paused: they have a right to it (rule of procedure 7), and their time to appeal begins with it.
 */
export async function stopNotice(deps: Pick<Deps, "db" | "clock">, actor: Actor, { noticeId, reason, through }: StopNoticeInput & { through?: string }): Promise<Result<object, StopNoticeRefusal>> {
  if (!may(actor, "notice:pause")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return refuse("notice_unknown");
    if (notice.state !== "queued") return refuse("illegal_move");
    const after = noticeMachine.after(notice.state, "fail");
    if (!after.ok) return after;
    if (measureKinds.includes(notice.kind)) return refuse("notice_mandatory");
    if (isBeingSent(notice, at)) return refuse("notice_on_its_way");
    await saveNotice(tx, noticeId, { state: after.state, lastError: "stopped by a person before it was sent", leaseUntil: null, turnAt: null, settledAt: at.toJSDate() });
    const { kind, platformId, accountId, caseId } = notice;
    await recordAudit(tx, actor, { type: "notice.stopped", at, noticeId, kind, platformId, accountId, caseId, reason, through });
    return { ok: true };
  });
}

/** A worker may be saying it to a mail server; while it waits for its turn, or for another try after a server's answer, nobody does. */
const isBeingSent = ({ attempts, leaseUntil, turnAt, lastError }: LockedNotice, now: DateTime): boolean => attempts > 0 && leaseUntil !== null && leaseUntil > now.toJSDate() && turnAt === null && lastError === null;
