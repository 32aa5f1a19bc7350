import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { noticeMachine, type NoticeState } from "../notice";

type Named = { campaignId: string; accountId: string; platformId: string; state: NoticeState; standsAsTold: boolean };

async function lockMessage(tx: Tx, messageId: string): Promise<Named | null> {
  const [row] = await tx.$queryRaw<Named[]>`
    SELECT m.campaign_id AS "campaignId", m.account_id AS "accountId", c.platform_id AS "platformId", m.state::text AS state,
           v.state IN ('in_force', 'superseded') AND c.law_agreed_by_id IS NULL AS "standsAsTold"
      FROM policy_notice_message m JOIN policy_notice_campaign c ON c.id = m.campaign_id JOIN policy_version v ON v.id = c.policy_version_id
     WHERE m.id = ${messageId}::uuid FOR UPDATE OF m FOR SHARE OF v`;
  return row ?? null;
}

/**
 * A server further on could not deliver what the first had taken: its account counts as notified by it no more, and its next contact
 * is chosen. A message whose acceptance we never heard of is over as well. Once the version took effect, what its effect rests on stays as it
 * was then: the message shows that it came back, and no account that was told becomes one that was not.
 *
 * @param said its code and words, without addresses
 */
export async function bounceMessage(deps: Pick<Deps, "db" | "clock">, actor: Actor, { messageId, said }: { messageId: string; said: string }): Promise<Result<{ accountId: string }, "notice_unknown" | "illegal_move">> {
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const message = await lockMessage(tx, messageId);
    if (!message) return refuse("notice_unknown");
    const after = noticeMachine.after(message.state, message.state === "queued" ? "fail" : "bounce");
    if (!after.ok) return after;
    const { accountId, campaignId, platformId, standsAsTold } = message;
    await tx.policyNoticeMessage.update({ where: { id: messageId }, data: { state: after.state, lastError: said.slice(0, 300), settledAt: at.toJSDate(), senderId: null }, select: { id: true } });
    await tx.$executeRaw`
      UPDATE policy_notice_recipient SET state = 'waiting', notified_at = NULL, notified_by_message_id = NULL, choose_at = ${at.toJSDate()}
       WHERE campaign_id = ${campaignId}::uuid AND account_id = ${accountId}::uuid AND (state = 'notified' AND notified_by_message_id = ${messageId}::uuid AND NOT ${standsAsTold} OR state = 'waiting')`;
    await recordAudit(tx, actor, { type: "campaign.message_bounced", at, platformId, accountId, campaignId, messageId });
    return { ok: true, accountId };
  });
}

/**
 * Somebody told their mail provider that the notice was unwanted, or took that back. It is kept and stops nothing: the notice is
 * mandatory, and that it was complained of shows that it arrived.
 */
export async function noteMessageComplaint(deps: Pick<Deps, "db" | "clock">, actor: Actor, { messageId, withdrawn }: { messageId: string; withdrawn: boolean }): Promise<Result<{ isNew: boolean }, "notice_unknown">> {
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const message = await lockMessage(tx, messageId);
    if (!message) return refuse("notice_unknown");
    const { count } = await tx.policyNoticeMessage.updateMany({ where: { id: messageId, complainedAt: withdrawn ? { not: null } : null }, data: { complainedAt: withdrawn ? null : at.toJSDate() } });
    if (count > 0) await recordAudit(tx, actor, { type: withdrawn ? "campaign.complaint_withdrawn" : "campaign.message_complained_of", at, platformId: message.platformId, accountId: message.accountId, campaignId: message.campaignId, messageId });
    return { ok: true, isNew: count > 0 };
  });
}
