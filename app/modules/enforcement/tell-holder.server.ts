import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import type { NoticeContent } from "../notices/render-notice.server";
import { stageNotice } from "../notices/stage-notice.server";
import { accountContacts } from "../platforms/account-contacts.server";
import type { LockedAccount } from "../platforms/account.server";

/** Stages one message about an action to every address of the account holder. */
export async function tellHolder(
  tx: Tx,
  deps: Deps,
  message: {
    account: LockedAccount;
    action: { id: string; caseId: string; decisionId: string | null };
    at: DateTime;
    occasion: string;
    content: (standingUrl: string) => NoticeContent;
  },
): Promise<void> {
  const { account, action, at } = message;
  const { emails } = await accountContacts(tx, deps.crypto, account.id);
  if (emails.length === 0) return;
  const content = message.content(await privateLink(tx, deps, { purpose: "account_standing", accountId: account.id }, at));
  for (const to of emails) {
    await stageNotice(tx, deps, {
      at,
      platformId: account.platformId,
      to,
      language: account.language,
      about: { accountId: account.id, caseId: action.caseId, decisionId: action.decisionId, actionId: action.id },
      content,
      dedupeKey: `action:${action.id}:${message.occasion}`,
    });
  }
}
