import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { addContact, sealContact, type ContactKind } from "./account-contacts.server";

export interface KnownAccount {
  id: string;
  businessName: string;
  planTier: string | null;
  language: string;
}

/** @returns the new row's id, or null when the platform has this account already */
export async function insertAccount(tx: Tx, account: Omit<KnownAccount, "id"> & { platformId: string; externalId: string }, at: DateTime): Promise<string | null> {
  const id = newId();
  const when = at.toJSDate();
  const { count } = await tx.account.createMany({ data: { ...account, id, createdAt: when, updatedAt: when }, skipDuplicates: true });
  return count === 1 ? id : null;
}

export async function lockKnownAccount(tx: Tx, platformId: string, externalId: string): Promise<KnownAccount> {
  const [row] = await tx.$queryRaw<KnownAccount[]>`
    SELECT id, business_name AS "businessName", plan_tier AS "planTier", language
      FROM account WHERE platform_id = ${platformId}::uuid AND external_id = ${externalId} FOR NO KEY UPDATE`;
  if (!row) throw new Error("an account vanished while it was being updated");
  return row;
}

export async function saveAccount(tx: Tx, { id, ...facts }: KnownAccount, at: DateTime): Promise<void> {
  await tx.account.update({ where: { id }, data: { ...facts, updatedAt: at.toJSDate() }, select: { id: true } });
}

/** @returns whether the account is reached differently now */
export async function replaceContacts(tx: Tx, crypto: Deps["crypto"], accountId: string, kind: ContactKind, values: readonly string[], at: DateTime): Promise<boolean> {
  const wanted = new Set(values.map((value) => sealContact(crypto, kind, value).lookupHash));
  const known = await tx.accountContact.findMany({ where: { accountId, kind }, select: { lookupHash: true } });
  const kept = new Set(known.map((row) => row.lookupHash).filter((hash) => wanted.has(hash)));
  if (kept.size === wanted.size && known.length === wanted.size) return false;
  await tx.accountContact.deleteMany({ where: { accountId, kind, lookupHash: { notIn: [...wanted] } } });
  for (const [position, value] of values.entries()) await addContact(tx, crypto, { accountId, kind, value, position, createdAt: at.toJSDate() });
  return true;
}
