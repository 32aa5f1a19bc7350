import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import type { SettleUnreachableInput } from "./settle-unreachable.schema";

/**
 * A person told an account in another way that no address reaches, by letter or by telephone. It stays on record that no mail server
 * accepted the notice; the days of notice count from when the person says they told them.
 */
export async function settleUnreachable(
  deps: Deps,
  actor: StaffActor,
  { campaignId, accountId, how, toldAt }: SettleUnreachableInput,
): Promise<Result<object, "forbidden" | "recipient_unknown" | "recipient_reachable" | "told_in_future" | "told_before_start">> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    if (toldAt > at.toJSDate()) return refuse("told_in_future");
    const [row] = await tx.$queryRaw<{ platformId: string; state: string; settled: boolean; startedAt: Date }[]>`
      SELECT c.platform_id AS "platformId", r.state::text AS state, r.settled_at IS NOT NULL AS settled, c.started_at AS "startedAt"
        FROM policy_notice_recipient r JOIN policy_notice_campaign c ON c.id = r.campaign_id WHERE r.campaign_id = ${campaignId}::uuid AND r.account_id = ${accountId}::uuid FOR UPDATE OF r`;
    if (!row) return refuse("recipient_unknown");
    if (row.state !== "unreachable" || row.settled) return refuse("recipient_reachable", { state: row.state });
    if (toldAt < row.startedAt) return refuse("told_before_start");
    await tx.policyNoticeRecipient.update({ where: { campaignId_accountId: { campaignId, accountId } }, data: { settledAt: at.toJSDate(), settledById: actor.id, settledHow: how, toldAt }, select: { accountId: true } });
    await recordAudit(tx, actor, { type: "campaign.unreachable_settled", at, platformId: row.platformId, accountId, campaignId, how, toldAt: toldAt.toISOString() });
    return { ok: true };
  });
}
