import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { idIn } from "~/infra/raw-sql.server";

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
 * command that changes what an account may do, then its cases, then decisions and actions, then appeals. With it goes a
 * lock of its platform against features that are added or come to contain others, so that the gate knows all there are.
 */
export async function lockAccount(tx: Tx, accountId: string): Promise<LockedAccount | null> {
  const [row] = await tx.$queryRaw<LockedAccount[]>`
    SELECT a.id, platform_id AS "platformId", external_id AS "externalId", business_name AS "businessName", language, status::text AS status
      FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = ${accountId}::uuid FOR NO KEY UPDATE OF a FOR KEY SHARE OF p`;
  return row ?? null;
}

/** Those of the accounts that nobody holds, locked in the order of their ids as {@link lockAccount} locks one. */
export const lockFreeAccounts = (tx: Tx, accountIds: readonly string[]): Promise<LockedAccount[]> => tx.$queryRaw<LockedAccount[]>`
  SELECT a.id, platform_id AS "platformId", external_id AS "externalId", business_name AS "businessName", language, status::text AS status
    FROM account a JOIN platform p ON p.id = a.platform_id
   WHERE a.id ${idIn(accountIds)} ORDER BY a.id FOR NO KEY UPDATE OF a SKIP LOCKED FOR KEY SHARE OF p`;

type Standing = Exclude<LockedAccount["status"], "closed">;

/** The word for an account's standing that lists show. An account its holder closed stays closed. */
export async function setStandings(tx: Tx, standings: readonly { accountId: string; status: Standing }[], at: DateTime): Promise<void> {
  if (standings.length === 0) return;
  await tx.$executeRaw`
    UPDATE account SET status = standing.status, updated_at = ${at.toJSDate()}
      FROM json_to_recordset(${JSON.stringify(standings)}::json) AS standing ("accountId" uuid, status account_status)
     WHERE account.id = standing."accountId" AND account.status NOT IN ('closed', standing.status)`;
}
