import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";

export type ContactKind = "email" | "phone";

/** The row that keeps a way to reach an account holder: sealed, and found by its keyed hash. */
export function sealContact(crypto: Deps["crypto"], kind: ContactKind, value: string): { kind: ContactKind; sealed: string; lookupHash: string } {
  return { kind, sealed: crypto.seal(value, `account.${kind}`), lookupHash: crypto.lookup(value, kind) };
}

export async function addContact(
  tx: Tx,
  crypto: Deps["crypto"],
  contact: { accountId: string; kind: ContactKind; value: string; role?: string; position?: number; createdAt: Date },
): Promise<void> {
  const { accountId, kind, value, role = "owner", position = 0, createdAt } = contact;
  await tx.accountContact.createMany({
    data: { id: newId(), accountId, ...sealContact(crypto, kind, value), role, position, createdAt },
    skipDuplicates: true,
  });
}

/** Every address and number of the account in clear: to write to its holder, and to know what the holder knows anyway. */
export async function accountContacts(tx: Tx, crypto: Deps["crypto"], accountId: string): Promise<{ emails: string[]; phones: string[] }> {
  const rows = await tx.accountContact.findMany({ where: { accountId }, orderBy: [{ position: "asc" }, { id: "asc" }], select: { kind: true, sealed: true } });
  const opened = (kind: ContactKind) => rows.filter((row) => row.kind === kind).map((row) => crypto.open(row.sealed, `account.${kind}`));
  return { emails: opened("email"), phones: opened("phone") };
}
