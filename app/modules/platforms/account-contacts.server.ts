import { Prisma, type Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { preparable } from "~/infra/raw-sql.server";

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

/** An account holder, with every way to reach them in clear, and what their platform publishes of itself. */
export type Holder = { businessName: string; externalId: string; language: string; emails: string[]; phones: string[]; platformNames: string[] };

export type HolderRow = Omit<Holder, "emails" | "phones"> & { contacts: { kind: ContactKind; sealed: string }[] };

/** Of an account `a` and its platform `p`. */
export const holderColumns = preparable(Prisma.sql`
  a.business_name AS "businessName", a.external_id AS "externalId", a.language,
  ARRAY[p.name, p.legal_name, p.abuse_email, p.appeals_email, p.support_email, p.security_email] AS "platformNames",
  (SELECT coalesce(json_agg(json_build_object('kind', c.kind, 'sealed', c.sealed) ORDER BY c.position, c.id), '[]')
     FROM account_contact c WHERE c.account_id = a.id) AS contacts`);

export const holderOf = (crypto: Deps["crypto"], { contacts, ...holder }: HolderRow): Holder => ({ ...holder, emails: opened(crypto, contacts, "email"), phones: opened(crypto, contacts, "phone") });

export async function accountHolder(tx: Tx, crypto: Deps["crypto"], accountId: string): Promise<Holder> {
  const [row] = await tx.$queryRaw<HolderRow[]>`SELECT ${holderColumns} FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = ${accountId}::uuid`;
  if (!row) throw new Error("there is no such account");
  return holderOf(crypto, row);
}

const opened = (crypto: Deps["crypto"], contacts: readonly { kind: ContactKind; sealed: string }[], kind: ContactKind): string[] =>
  contacts.filter((contact) => contact.kind === kind).map(({ sealed }) => crypto.open(sealed, `account.${kind}`));

export type Contacts = { emails: string[]; phones: string[] };

/** Every address and number of the account in clear: to write to its holder, and to know what the holder knows anyway. */
export async function accountContacts(tx: Tx, crypto: Deps["crypto"], accountId: string): Promise<Contacts> {
  return (await contactsOfAccounts(tx, crypto, [accountId])).get(accountId) ?? { emails: [], phones: [] };
}

/** The same of many accounts; one without any has no entry. */
export async function contactsOfAccounts(tx: Tx, crypto: Deps["crypto"], accountIds: readonly string[]): Promise<Map<string, Contacts>> {
  const rows = await tx.$queryRaw<{ accountId: string; kind: ContactKind; sealed: string }[]>`
    SELECT account_id AS "accountId", kind::text AS kind, sealed FROM account_contact
     WHERE account_id = ANY(${[...new Set(accountIds)]}::uuid[]) ORDER BY position, id`;
  const of = new Map<string, typeof rows>();
  for (const row of rows) of.set(row.accountId, [...(of.get(row.accountId) ?? []), row]);
  return new Map([...of].map(([accountId, contacts]) => [accountId, { emails: opened(crypto, contacts, "email"), phones: opened(crypto, contacts, "phone") }]));
}
