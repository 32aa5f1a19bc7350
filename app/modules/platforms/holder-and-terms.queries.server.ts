import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { holderColumns, holderOf, type Holder, type HolderRow } from "./account-contacts.server";
import { termsColumns, termsOf, type Terms, type TermsRow } from "./terms.queries.server";

/** The holder of an account and the terms of its platform, in one look. */
export async function holderAndTerms(tx: Tx, crypto: Deps["crypto"], accountId: string): Promise<{ holder: Holder; terms: Terms }> {
  const [row] = await tx.$queryRaw<(HolderRow & TermsRow)[]>`
    SELECT ${holderColumns}, ${termsColumns} FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = ${accountId}::uuid`;
  if (!row) throw new Error("there is no such account");
  const { businessName, externalId, language, platformNames, contacts, ...terms } = row;
  return { holder: holderOf(crypto, { businessName, externalId, language, platformNames, contacts }), terms: termsOf(terms) };
}
