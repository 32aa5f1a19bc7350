import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { NoticeKind } from "./notice-kind";

/**
 * What a person who complained of our mail gets no more. Account holders are still told of every decision (rule of
 * procedure 7), and reporters of measures against themselves.
 */
const spared: readonly NoticeKind[] = ["report_receipt", "appeal_by_mail", "appeal_put_aside", "report_outcome", "information_request", "decision_reversed", "sender_health", "policy_change"];

/** Somebody told their mail provider that a notice of ours was unwanted: they are left alone from now on. */
export async function honourComplaint(deps: Deps, actor: Actor, { noticeId }: { noticeId: string }): Promise<Result<{ isNew: boolean }, "notice_unknown">> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const notice = await tx.notice.findUnique({ where: { id: noticeId }, select: { platformId: true, accountId: true, addressHash: true } });
    if (!notice?.platformId) return refuse("notice_unknown");
    const { platformId, accountId, addressHash } = notice;
    const { count } = await tx.mailComplaint.createMany({ data: { id: newId(), platformId, addressHash, noticeId, complainedAt: at.toJSDate() }, skipDuplicates: true });
    const again = count === 0 && (await tx.mailComplaint.updateMany({ where: { platformId, addressHash, withdrawnAt: { not: null } }, data: { withdrawnAt: null, noticeId, complainedAt: at.toJSDate() } })).count > 0;
    const isNew = count > 0 || again;
    if (isNew) await recordAudit(tx, actor, { type: "notice.complained_of", at, platformId, accountId, noticeId });
    return { ok: true, isNew };
  });
}

/** They took it back (`not-spam`, RFC 6430). */
export async function withdrawComplaint(deps: Deps, actor: Actor, { noticeId }: { noticeId: string }): Promise<Result<{ withdrawn: boolean }, "notice_unknown">> {
  const at = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const notice = await tx.notice.findUnique({ where: { id: noticeId }, select: { platformId: true, accountId: true, addressHash: true } });
    if (!notice?.platformId) return refuse("notice_unknown");
    const { platformId, accountId, addressHash } = notice;
    const { count } = await tx.mailComplaint.updateMany({ where: { platformId, addressHash, withdrawnAt: null }, data: { withdrawnAt: at.toJSDate() } });
    if (count > 0) await recordAudit(tx, actor, { type: "notice.complaint_withdrawn", at, platformId, accountId, noticeId });
    return { ok: true, withdrawn: count > 0 };
  });
}

/** Whether a notice must not be sent, because its reader asked for none of its kind. */
export async function isSpared(tx: Tx, { kind, platformId, addressHash }: { kind: NoticeKind; platformId: string | null; addressHash: string }): Promise<boolean> {
  if (platformId === null || !spared.includes(kind)) return false;
  return (await tx.mailComplaint.count({ where: { platformId, addressHash, withdrawnAt: null } })) > 0;
}
