import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../../audit/record-audit.server";
import { writeMessages } from "./write-messages.server";

const keeper = { kind: "system", name: "campaigns" } as const;
const batch = 500;

/**
 * Chooses the next contact of every account that needs one: who joined, whose address refused the message or sent it back, and who has an
 * address again. A campaign that was complete goes on.
 *
 * @returns how many were seen
 */
export async function chooseContacts(deps: Pick<Deps, "db" | "crypto" | "clock">, campaignId: string): Promise<number> {
  return deps.db.$transaction(
    async (tx) => {
      const now = deps.clock();
      const due = await tx.$queryRaw<{ id: string }[]>`
        SELECT account_id AS id FROM policy_notice_recipient
         WHERE campaign_id = ${campaignId}::uuid AND choose_at IS NOT NULL AND state = 'waiting'
         ORDER BY choose_at, account_id LIMIT ${batch} FOR UPDATE SKIP LOCKED`;
      const { messages, unreachable } = await writeMessages(tx, deps, campaignId, due.map(({ id }) => id), now);
      if (messages > 0) {
        const reopened = await tx.$queryRaw<{ platformId: string }[]>`
          UPDATE policy_notice_campaign SET state = 'sending', completed_at = NULL WHERE id = ${campaignId}::uuid AND state = 'complete' RETURNING platform_id AS "platformId"`;
        if (reopened[0]) await recordAudit(tx, keeper, { type: "campaign.went_on", at: now, platformId: reopened[0].platformId, campaignId });
      }
      if (unreachable > 0) await recordAudit(tx, keeper, { type: "campaign.accounts_unreachable", at: now, campaignId, accounts: unreachable });
      return due.length;
    },
    { timeout: 60_000 },
  );
}
