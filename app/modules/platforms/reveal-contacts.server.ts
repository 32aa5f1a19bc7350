import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { accountContacts } from "./account-contacts.server";
import { lockAccount } from "./account.server";
import type { RevealContactsInput } from "./reveal-contacts.schema";

/** Opens how to reach an account holder, for one look: a read of personal data, with a reason and an audit entry (DOMAIN, rule 9). */
export async function revealContacts(
  deps: Deps,
  actor: StaffActor,
  input: RevealContactsInput,
): Promise<Result<{ emails: string[]; phones: string[] }, "forbidden" | "not_found">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const account = await lockAccount(tx, input.accountId);
    if (!account) return refuse("not_found");
    const contacts = await accountContacts(tx, deps.crypto, account.id);
    await recordAudit(tx, actor, {
      type: "account.contacts_revealed",
      at: now,
      platformId: account.platformId,
      accountId: account.id,
      reason: input.reason,
    });
    return { ok: true, ...contacts };
  });
}
