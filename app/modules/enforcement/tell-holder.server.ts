import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import type { ContentOf, HolderTemplate } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { stageNotices } from "../notices/stage-notice.server";
import { accountContacts } from "../platforms/account-contacts.server";
import type { LockedAccount } from "../platforms/account.server";
import { leakGuard } from "./check-leaks.server";

/** Stages one message about an action to every address of the account holder. */
export async function tellHolder(
  tx: Tx,
  deps: Deps,
  message: {
    account: LockedAccount;
    action: { id: string; caseId: string; decisionId: string | null };
    at: DateTime;
    occasion: string;
    content: (standingUrl: string) => ContentOf<HolderTemplate>;
    /** The guard the command has read the words with; a message without words of people needs none. */
    guard?: LeakGuard;
  },
): Promise<void> {
  const { account, action, at } = message;
  const { emails } = await accountContacts(tx, deps.crypto, account.id);
  if (emails.length === 0) return;
  const guard = message.guard ?? leakGuard(tx, deps.crypto, { accountId: account.id, caseId: action.caseId });
  const content = message.content(await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, at));
  const drafts = emails.map((to) => ({
    at,
    platformId: account.platformId,
    to,
    language: account.language,
    about: { accountId: account.id, caseId: action.caseId, decisionId: action.decisionId, actionId: action.id },
    content,
    guard,
    dedupeKey: `action:${action.id}:${message.occasion}`,
  }));
  await stageNotices(tx, deps, drafts);
}
