import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";

export type LockedAccount = {
  id: string;
  platformId: string;
  externalId: string;
  businessName: string;
  language: string;
  status: "active" | "restricted" | "suspended" | "terminated" | "closed";
};

/**
 * The account, locked until the transaction ends without keeping others from referring to it: the first lock of every
 * command that changes what an account may do, then its cases, then decisions and actions, then appeals.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<LockedAccount | null> {
  const [row] = await tx.$queryRaw<LockedAccount[]>`
    SELECT id, platform_id AS "platformId", external_id AS "externalId", business_name AS "businessName", language, status::text AS status
      FROM account WHERE id = ${accountId}::uuid FOR NO KEY UPDATE`;
  return row ?? null;
}

/** Those of the accounts that nobody holds, locked in the order of their ids as {@link lockAccount} locks one. */
export const lockFreeAccounts = (tx: Tx, accountIds: readonly string[]): Promise<LockedAccount[]> => tx.$queryRaw<LockedAccount[]>`
  SELECT id, platform_id AS "platformId", external_id AS "externalId", business_name AS "businessName", language, status::text AS status
    FROM account WHERE id = ANY(${[...new Set(accountIds)]}::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`;

type Standing = Exclude<LockedAccount["status"], "closed">;

/** The word for an account's standing that lists show. An account its holder closed stays closed. */
export async function setStandings(tx: Tx, standings: readonly { accountId: string; status: Standing }[], at: DateTime): Promise<void> {
  if (standings.length === 0) return;
  await tx.$executeRaw`
    UPDATE account SET status = standing.status, updated_at = ${at.toJSDate()}
      FROM json_to_recordset(${JSON.stringify(standings)}::json) AS standing ("accountId" uuid, status account_status)
     WHERE account.id = standing."accountId" AND account.status NOT IN ('closed', standing.status)`;
}
