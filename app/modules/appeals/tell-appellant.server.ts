import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { leakGuard } from "../enforcement/check-leaks.server";
import type { ContentOf, HolderTemplate } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { stageNotices } from "../notices/stage-notice.server";
import { accountContacts } from "../platforms/account-contacts.server";

export interface Appellant {
  appealId: string;
  platformId: string;
  accountId: string;
  actionId: string;
  caseId: string;
  language: string;
}

/**
 * Stages one message about an appeal to every address the platform gave us for the account, and to no other: it carries
 * the private link, and an address somebody typed into a form proves nothing.
 *
 * @returns the notices, none when the platform gave us no address
 */
export async function tellAppellant(
  tx: Tx,
  deps: Deps,
  appellant: Appellant,
  message: { content: ContentOf<HolderTemplate>; occasion: string; at: DateTime; /** The guard the command has read the words with. */ guard?: LeakGuard },
): Promise<string[]> {
  const { emails } = await accountContacts(tx, deps.crypto, appellant.accountId);
  const { platformId, accountId, actionId, caseId, appealId } = appellant;
  const guard = message.guard ?? leakGuard(tx, deps.crypto, { accountId, caseId });
  const drafts = emails.map((to) => ({
    at: message.at,
    platformId,
    to,
    language: appellant.language,
    about: { accountId, actionId, caseId, appealId },
    content: message.content,
    guard,
    dedupeKey: `appeal:${appealId}:${message.occasion}`,
  }));
  return (await stageNotices(tx, deps, drafts)).map(({ noticeId }) => noticeId);
}
