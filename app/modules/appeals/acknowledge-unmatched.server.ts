import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import { stageNotice } from "../notices/stage-notice.server";
import { unmatchedReference } from "./unmatched-reference";

interface PutToPerson {
  /** Where its sender may be answered: the address typed into the form, or the envelope's sender. */
  to: string;
  unmatchedAppealId: string;
  platform: { id: string; defaultLanguage: string };
  /** As it was written or detected; null: it could not be told. */
  language: string | null;
  receivedAt: Date;
}

/**
 * Tells whoever sent an appeal that a person looks at it, and by which link they see where it stands: once for each appeal, however
 * often it is sent. It goes nowhere but to the address that is named as its sender's, so who reads it has that mailbox. @returns whether this told them
 */
export async function acknowledgeUnmatched(tx: Tx, deps: Deps, { to, unmatchedAppealId, platform, language, receivedAt }: PutToPerson): Promise<boolean> {
  const at = deps.clock();
  const statusUrl = await privateLink(tx, deps, { purpose: "appeal_status", unmatchedAppealId }, at);
  const { staged } = await stageNotice(tx, deps, {
    at,
    platformId: platform.id,
    to,
    language: (language ?? platform.defaultLanguage) === "es" ? "es" : "en",
    about: {},
    content: { template: "appeal_by_mail", props: { reference: unmatchedReference(unmatchedAppealId), receivedAt, statusUrl, appealUrl: `${deps.config.publicUrl}/appeal` } },
    dedupeKey: `unmatched-appeal:${unmatchedAppealId}:receipt`,
  });
  return staged;
}
