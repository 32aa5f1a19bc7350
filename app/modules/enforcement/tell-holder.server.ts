import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { accountLinks } from "../access/private-link.server";
import type { ContentOf, HolderTemplate } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { stageNotices, type NoticeDraft } from "../notices/stage-notice.server";
import { contactsOfAccounts } from "../platforms/account-contacts.server";
import type { LockedAccount } from "../platforms/account.server";
import { leakGuard } from "./check-leaks.server";

export interface HolderMessage {
  account: LockedAccount;
  action: { id: string; caseId: string; decisionId: string | null };
  content: (standingUrl: string) => ContentOf<HolderTemplate>;
  /** The guard the command has read the words with; a message without words of people needs none. */
  guard?: LeakGuard;
}

/** Stages one message about an action to every address of the account holder. */
export const tellHolder = (tx: Tx, deps: Deps, { at, occasion, ...message }: HolderMessage & { at: DateTime; occasion: string }): Promise<void> => tellHolders(tx, deps, { at, occasion }, [message]);

/** Stages messages to many account holders on one occasion, each as {@link tellHolder} does. */
export async function tellHolders(tx: Tx, deps: Deps, { at, occasion }: { at: DateTime; occasion: string }, messages: readonly HolderMessage[]): Promise<void> {
  const contacts = await contactsOfAccounts(tx, deps.crypto, messages.map(({ account }) => account.id));
  const reached = messages.filter(({ account }) => (contacts.get(account.id)?.emails.length ?? 0) > 0);
  const links = await accountLinks(tx, deps, reached.map(({ account }) => account.id), at);
  const drafts = reached.flatMap(({ account, action, content, guard = leakGuard(tx, deps.crypto, { accountId: account.id, caseId: action.caseId }) }): NoticeDraft[] => {
    const draft = {
      at,
      platformId: account.platformId,
      language: account.language,
      about: { accountId: account.id, caseId: action.caseId, decisionId: action.decisionId, actionId: action.id },
      content: content(links.get(account.id)!),
      guard,
      dedupeKey: `action:${action.id}:${occasion}`,
    };
    return contacts.get(account.id)!.emails.map((to) => ({ ...draft, to }));
  });
  await stageNotices(tx, deps, drafts);
}
