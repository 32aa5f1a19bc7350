import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { normaliseEmail } from "~/infra/normalise";
import type { NoticeContent } from "../notices/render-notice.server";
import { stageNotice } from "../notices/stage-notice.server";
import { accountContacts } from "../platforms/account-contacts.server";

export interface Appellant {
  appealId: string;
  platformId: string;
  accountId: string;
  actionId: string;
  caseId: string;
  language: string;
  contactSealed: string | null;
}

/** Every address of the account, and the one the appeal itself named. */
export async function addressesOf(tx: Tx, deps: Pick<Deps, "crypto">, appellant: Pick<Appellant, "accountId" | "contactSealed">): Promise<string[]> {
  const { emails } = await accountContacts(tx, deps.crypto, appellant.accountId);
  const own = appellant.contactSealed ? [deps.crypto.open(appellant.contactSealed, "appeal.contact")] : [];
  return [...new Map([...emails, ...own].map((email) => [normaliseEmail(email), email])).values()];
}

/** Stages one message to whoever appealed. @returns to how many addresses */
export async function tellAppellant(
  tx: Tx,
  deps: Deps,
  appellant: Appellant,
  message: { content: NoticeContent; occasion: string; at: DateTime },
): Promise<number> {
  const addresses = await addressesOf(tx, deps, appellant);
  const { platformId, accountId, actionId, caseId, appealId } = appellant;
  for (const to of addresses) {
    await stageNotice(tx, deps, {
      at: message.at,
      platformId,
      to,
      language: appellant.language,
      about: { accountId, actionId, caseId, appealId },
      content: message.content,
      dedupeKey: `appeal:${appealId}:${message.occasion}`,
    });
  }
  return addresses.length;
}
