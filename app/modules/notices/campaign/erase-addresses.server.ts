import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../../audit/record-audit.server";
import { takenBack } from "./write-messages.server";

const keeper = { kind: "system", name: "campaigns" } as const;
const batch = 1_000;

/**
 * Takes the addresses and names of closed accounts out of what campaigns sent them (CHAT-PP 6, CONT-PP 5): a day before the platform's time
 * for deletion is over, unless the account is held. That it was told, when, and what its mail server answered stays, and so does the proof.
 * A message that still waits for the account to come back is over.
 *
 * @returns how many messages
 */
export async function eraseAddresses(deps: Pick<Deps, "db" | "clock">): Promise<number> {
  for (let erased = 0; ; ) {
    const now = deps.clock();
    const count = await deps.db.$transaction(async (tx) => {
      const done = await tx.$executeRaw`
        UPDATE policy_notice_message m
           SET address_sealed = NULL, address_hash = '', addressee = '', last_error = CASE WHEN m.state = 'queued' THEN ${takenBack} ELSE m.last_error END,
               settled_at = CASE WHEN m.state = 'queued' THEN ${now.toJSDate()} ELSE m.settled_at END, state = CASE WHEN m.state = 'queued' THEN 'failed' ELSE m.state END, sender_id = NULL
         WHERE m.id IN (
           SELECT k.id FROM account a JOIN platform p ON p.id = a.platform_id JOIN policy_notice_campaign c ON c.platform_id = p.id
             JOIN policy_notice_message k ON k.campaign_id = c.id AND k.account_id = a.id AND k.address_sealed IS NOT NULL
            WHERE a.status = 'closed' AND a.closed_at < ${now.plus({ days: 1 }).toJSDate()}::timestamptz - make_interval(days => p.deletion_days)
              AND NOT EXISTS (SELECT FROM legal_hold h WHERE h.account_id = a.id AND h.lifted_at IS NULL)
              AND NOT EXISTS (SELECT FROM preservation_request q WHERE q.account_id = a.id AND q.expired_at IS NULL)
            LIMIT ${batch} FOR UPDATE OF k SKIP LOCKED)`;
      if (done > 0) await recordAudit(tx, keeper, { type: "campaign.addresses_erased", at: now, messages: done });
      return done;
    });
    erased += count;
    if (count < batch) return erased;
  }
}
