import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { ContactKind } from "./account-contacts.server";
import { maskedContact } from "./contact";

export interface ToldContact {
  kind: ContactKind;
  masked: string;
  role: string;
  /** Null: the account's. */
  language: string | null;
}

/** How an account is reached, as far as lists show it. Which address stands behind it is a look of its own (reveal-contacts.server.ts). */
export async function contactsAsTold(tx: Tx, crypto: Deps["crypto"], accountId: string): Promise<ToldContact[]> {
  const rows = await tx.accountContact.findMany({ where: { accountId }, orderBy: [{ position: "asc" }, { id: "asc" }], select: { kind: true, sealed: true, role: true, language: true } });
  return rows.map(({ kind, sealed, role, language }) => ({ kind, masked: maskedContact(kind, crypto.open(sealed, `account.${kind}`)), role, language }));
}
