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

/** The word for an account's standing that lists show. An account its holder closed stays closed. */
export async function setStanding(tx: Tx, accountId: string, status: Exclude<LockedAccount["status"], "closed">, at: DateTime): Promise<void> {
  await tx.account.updateMany({ where: { id: accountId, status: { notIn: ["closed", status] } }, data: { status, updatedAt: at.toJSDate() } });
}
