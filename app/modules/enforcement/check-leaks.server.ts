import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { confidentialOfAccount } from "../intake/confidential.queries.server";
import { findLeaks, type Leak } from "../notices/leak-check";
import { accountContacts } from "../platforms/account-contacts.server";

/**
 * What in a text meant for the account holder could identify anybody who reported the account, in this case or another
 * (rule of procedure 8). What the account holder knows anyway (own names, addresses, messages, the platform's addresses, the policy) gives nothing away.
 */
export async function leaksIn(tx: Tx, crypto: Deps["crypto"], of: { caseId: string; accountId: string; text: string }): Promise<Leak[]> {
  const { accountsOwnTexts, ...secret } = await confidentialOfAccount(tx, crypto, of);
  const { emails, phones } = await accountContacts(tx, crypto, of.accountId);
  const { businessName, platform } = await tx.account.findUniqueOrThrow({
    where: { id: of.accountId },
    select: { businessName: true, platform: { select: { name: true, legalName: true, abuseEmail: true, appealsEmail: true, supportEmail: true, securityEmail: true } } },
  });
  return findLeaks(of.text, secret, { values: [businessName, ...emails, ...phones, ...Object.values(platform)], texts: accountsOwnTexts });
}
