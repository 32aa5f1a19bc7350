import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { confidentialOfAccount } from "../intake/confidential.queries.server";
import { findLeaks } from "../notices/leak-check";
import { accountHolder } from "../platforms/account-contacts.server";
import { contactDetailsIn, type PersonalData } from "../transparency/public-facts";

/**
 * Personal data in a text meant for the public (DSA 24(5)): anything that tells who reported the account, who holds it,
 * or how anybody can be reached. The platform's own names and addresses are public.
 */
export async function personalDataIn(
  tx: Tx,
  crypto: Deps["crypto"],
  of: { caseId: string; accountId: string; ids: readonly string[]; text: string },
): Promise<PersonalData[]> {
  const { accountsOwnTexts, ...reporters } = await confidentialOfAccount(tx, crypto, of);
  const { emails, phones, platformNames: platform, ...account } = await accountHolder(tx, crypto, of.accountId);
  const holder = { names: [account.businessName], emails, phones, reportIds: [account.externalId, of.accountId, of.caseId, ...of.ids], reporterTexts: [] };
  return [
    ...findLeaks(of.text, holder, { values: platform, texts: [] }).map(({ kind, found }) => ({ who: "holder" as const, kind, found })),
    ...findLeaks(of.text, reporters, { values: platform, texts: accountsOwnTexts }).map(({ kind, found }) => ({ who: "reporter" as const, kind, found })),
    ...contactDetailsIn(of.text, platform),
  ];
}
