import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import type { Actor } from "../access/actor";
import { mayCall } from "../access/api-key";
import { recordAudit } from "../audit/record-audit.server";
import { contactsAsTold, type ToldContact } from "./contacts.queries.server";
import { keepIdentifiers } from "./keep-identifiers.server";
import { lockAccount } from "./account.server";
import { saveContacts } from "./set-contacts.repo.server";
import type { SetContactsInput } from "./set-contacts.schema";

/**
 * A platform says whom it reaches at one of its accounts, in which role and language; saying the same twice changes nothing. Notices that wait for
 * an address go to those that came. The trail says how many there are, never who.
 */
export async function setContacts(deps: Deps, actor: Actor, { externalId, contacts }: SetContactsInput): Promise<Result<{ changed: boolean; contacts: ToldContact[] }, "forbidden" | "account_unknown">> {
  if (!mayCall(actor, "account:write")) return refuse("forbidden");
  const { platformId } = actor;
  return transact(deps.db, async (tx): Promise<Result<{ changed: boolean; contacts: ToldContact[] }, "account_unknown">> => {
    const found = await tx.account.findUnique({ where: { platformId_externalId: { platformId, externalId } }, select: { id: true } });
    const account = found && (await lockAccount(tx, found.id));
    if (!account) return refuse("account_unknown");
    const now = deps.clock();
    const wanted = contacts.map((one) => ({ kind: one.kind, value: one.kind === "email" ? one.address : one.number, role: one.role, language: one.language }));
    const changed = await saveContacts(tx, deps.crypto, account.id, wanted, now);
    if (changed) {
      const [emails, phones] = (["email", "phone"] as const).map((kind) => wanted.filter((one) => one.kind === kind).map(({ value }) => value)) as [string[], string[]];
      await keepIdentifiers(tx, deps, account.id, { emails, phones }, now);
      await recordAudit(tx, actor, { type: "account.contacts_set", at: now, platformId, accountId: account.id, emails: emails.length, phones: phones.length });
    }
    return { ok: true, changed, contacts: await contactsAsTold(tx, deps.crypto, account.id) };
  });
}
