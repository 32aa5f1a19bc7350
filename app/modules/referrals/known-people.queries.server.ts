import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { accountContacts } from "../platforms/account-contacts.server";
import type { KnownPerson } from "./redact";

/** Runs of words that could be a business's name are looked up in portions of this many. */
const portion = 5_000;
/** Of the short texts first, so that no long one keeps what people wrote from being looked at. */
const mostCandidates = 200_000;
const longestName = 5;

/**
 * Everybody but the subject whom our own records know and the texts of a packet could name: reporters, numbers in
 * reports, other accounts named in the texts, and the names staff added. Always in the same order.
 */
export async function knownPeople(
  db: Tx,
  crypto: Deps["crypto"],
  of: { platformId: string; accountId: string; caseId: string; hidden: readonly string[]; texts: readonly string[] },
): Promise<{ people: KnownPerson[]; reporterAt: Map<string, number> }> {
  const open = (sealed: string | null | undefined, context: string) => (sealed ? [crypto.open(sealed, context)] : []);
  const reports = await db.report.findMany({
    where: { OR: [{ caseId: of.caseId }, { accountId: of.accountId }] },
    orderBy: [{ receivedAt: "asc" }, { id: "asc" }],
    select: { reporterId: true, reporter: true, accusedPhoneSealed: true, phones: { orderBy: { id: "asc" }, select: { sealed: true } } },
  });
  const people: KnownPerson[] = [];
  const reporterAt = new Map<string, number>();
  for (const { reporter } of reports) {
    if (!reporter || reporterAt.has(reporter.id)) continue;
    reporterAt.set(reporter.id, people.length);
    people.push({ role: "reporter", names: open(reporter.nameSealed, "reporter.name"), emails: open(reporter.emailSealed, "reporter.email"), phones: [], ids: [reporter.id] });
  }
  for (const account of await accountsNamed(db, of)) {
    people.push({ role: "other_account", names: [account.businessName], ids: [account.externalId, account.id], ...(await accountContacts(db, crypto, account.id)) });
  }
  for (const name of of.hidden) people.push({ role: "named_by_staff", names: [name], emails: [], phones: [], ids: [] });
  const numbers = reports.flatMap(({ phones, accusedPhoneSealed }) => [...phones.flatMap(({ sealed }) => open(sealed, "report.phone")), ...open(accusedPhoneSealed, "report.accused_phone")]);
  for (const phone of new Set(numbers)) people.push({ role: "address_or_number", names: [], emails: [], phones: [phone], ids: [] });
  return { people, reporterAt };
}

async function accountsNamed(db: Tx, { platformId, accountId, texts }: { platformId: string; accountId: string; texts: readonly string[] }) {
  const candidates = [...new Set([...texts].sort((a, b) => a.length - b.length).flatMap(candidatesIn))].slice(0, mostCandidates);
  const found = new Map<string, { id: string; externalId: string; businessName: string }>();
  for (let at = 0; at < candidates.length; at += portion) {
    const some = candidates.slice(at, at + portion);
    const rows = await db.account.findMany({
      where: { platformId, id: { not: accountId }, OR: [{ externalId: { in: some } }, { businessName: { in: some } }] },
      select: { id: true, externalId: true, businessName: true },
    });
    for (const row of rows) found.set(row.id, row);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Words as they could be an id, and runs of words that begin like a name: as they stand, and without what only ends their sentence ("Acme, Inc.", "Acme's"). */
function candidatesIn(text: string): string[] {
  const words = text.normalize("NFKC").split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, "")).filter(Boolean);
  return words.flatMap((word, at) => {
    const ids = /\d/.test(word) ? endings(word) : [];
    if (!/^[\p{Lu}\p{N}\p{Lo}]/u.test(word)) return ids;
    return [...ids, ...Array.from({ length: longestName }, (_none, more) => words.slice(at, at + more + 1).join(" ")).flatMap(endings)];
  });
}

const endings = (run: string): string[] => {
  const closed = run.replace(/[^\p{L}\p{N}.]+$/u, "");
  const bare = closed.replace(/[^\p{L}\p{N}]+$/u, "");
  return [...new Set([closed, bare, bare.replace(/['’]s$/u, "")])].filter(Boolean);
};
