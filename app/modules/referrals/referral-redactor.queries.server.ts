import type { Deps } from "~/infra/deps.server";
import { accountContacts } from "../platforms/account-contacts.server";
import { knownPeople } from "./known-people.queries.server";
import { makeRedactor, type Redactor } from "./redact";

export interface RedactedFor {
  platformId: string;
  accountId: string;
  caseId: string;
  hiddenNamesSealed: string | null;
  account: { businessName: string; externalId: string };
}

/** Hides everybody but the subject of a referral: whom our records know, whom its author named, and whom these texts name. */
export async function referralRedactor({ db, crypto }: Pick<Deps, "db" | "crypto">, referral: RedactedFor, texts: readonly string[]): Promise<{ redactor: Redactor; reporterAt: ReadonlyMap<string, number>; contacts: { emails: string[]; phones: string[] } }> {
  const { platformId, accountId, caseId, account, hiddenNamesSealed } = referral;
  const contacts = await accountContacts(db, crypto, accountId);
  const hidden = hiddenNamesSealed ? crypto.open(hiddenNamesSealed, "referral.hidden_names").split("\n").map((name) => name.trim()).filter(Boolean) : [];
  const known = await knownPeople(db, crypto, { platformId, accountId, caseId, hidden, texts });
  const redactor = makeRedactor(known.people, { names: [account.businessName], emails: contacts.emails, phones: contacts.phones, ids: [account.externalId] });
  return { redactor, reporterAt: known.reporterAt, contacts };
}
