import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../../access/actor";
import { mayCall } from "../../access/api-key";
import { recordAudit } from "../../audit/record-audit.server";

/**
 * The platform tells that the account's people have read the notice in its product: the second channel. The first time counts
 * and stays. It notifies nobody: what a version's effect rests on is a mail server's acceptance or a person's record.
 */
export async function recordNoticeRead(
  { db, clock }: Pick<Deps, "db" | "clock">,
  actor: Actor,
  { externalId, campaignId }: { externalId: string; campaignId: string },
): Promise<Result<{ readAt: Date }, "forbidden" | "account_unknown" | "notice_unknown">> {
  if (!mayCall(actor, "notice:read")) return refuse("forbidden");
  return db.$transaction(async (tx) => {
    const account = await tx.account.findUnique({ where: { platformId_externalId: { platformId: actor.platformId, externalId } }, select: { id: true } });
    if (!account) return refuse("account_unknown");
    const now = clock();
    const where = { campaignId_accountId: { campaignId, accountId: account.id } };
    const { count } = await tx.policyNoticeRecipient.updateMany({ where: { campaignId, accountId: account.id, state: { not: "dropped" }, readAt: null }, data: { readAt: now.toJSDate() } });
    const found = await tx.policyNoticeRecipient.findUnique({ where, select: { readAt: true } });
    if (!found?.readAt) return refuse("notice_unknown");
    if (count > 0) await recordAudit(tx, actor, { type: "campaign.notice_read", at: now, platformId: actor.platformId, accountId: account.id, campaignId });
    return { ok: true, readAt: found.readAt };
  });
}
