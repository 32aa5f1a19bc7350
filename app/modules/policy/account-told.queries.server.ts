import type { Deps } from "~/infra/deps.server";
import { maskedContact } from "../platforms/contact";

const shown = 20;
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;
const withoutAddresses = (said: string | null): string | null => said?.replace(/<?[^\s<>]+@[^\s<>]+>?/gu, "<…>") ?? null;

/** What one account was told of changes of policies, message by message, newest first. Of addresses only as much as lists show. */
export async function accountTold({ db, crypto }: Pick<Deps, "db" | "crypto">, { accountId, platformId }: { accountId: string; platformId: string }) {
  const recipients = await db.policyNoticeRecipient.findMany({
    where: { accountId, campaign: { platformId, startedAt: { not: null } } },
    orderBy: [{ campaign: { startedAt: "desc" } }, { campaignId: "desc" }],
    take: shown,
    include: { campaign: { select: { state: true, effectiveDay: true, policyVersion: { select: { policy: { select: { code: true } }, number: true } } } } },
  });
  const campaignIds = recipients.map(({ campaignId }) => campaignId);
  const messages = await db.policyNoticeMessage.findMany({ where: { campaignId: { in: campaignIds }, accountId }, orderBy: [{ position: "asc" }, { id: "asc" }] });
  const announced = await db.$queryRaw<{ campaignId: string; number: number }[]>`SELECT campaign_id AS "campaignId", number FROM policy_notice_announced WHERE campaign_id = ANY(${campaignIds}::uuid[])`;
  return recipients.map(({ campaignId, campaign, state, notifiedAt, joinedAt, droppedAt, settledHow, toldAt, readAt }) => ({
    campaignId,
    policy: campaign.policyVersion.policy.code,
    version: announced.find((one) => one.campaignId === campaignId)?.number ?? campaign.policyVersion.number,
    isStopped: campaign.state === "stopped",
    state,
    notifiedAt: iso(notifiedAt),
    joinedAt: iso(joinedAt),
    droppedAt: iso(droppedAt),
    settled: settledHow === null ? null : { how: settledHow, toldAt: iso(toldAt)! },
    readAt: iso(readAt),
    messages: messages
      .filter((message) => message.campaignId === campaignId)
      .map(({ id, addressSealed, state: became, attempts, smtpReply, lastError, handedOverAt, settledAt, complainedAt }) => ({
        id,
        masked: addressSealed === null ? null : maskedContact("email", crypto.open(addressSealed, "account.email")),
        state: became,
        attempts,
        said: withoutAddresses(became === "handed_over" || became === "delivered" ? smtpReply : lastError),
        handedOverAt: iso(handedOverAt),
        settledAt: iso(settledAt),
        complainedAt: iso(complainedAt),
      })),
  }));
}

export type AccountTold = Awaited<ReturnType<typeof accountTold>>[number];
