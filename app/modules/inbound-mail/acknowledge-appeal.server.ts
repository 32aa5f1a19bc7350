import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { unmatchedReference } from "../appeals/unmatched-reference";
import { stageNotice } from "../notices/stage-notice.server";

interface PutToPerson {
  /** The envelope's sender, who may be answered. */
  to: string;
  unmatchedAppealId: string;
  platform: { id: string; defaultLanguage: string };
  /** As it was detected; null: it could not be told. */
  language: string | null;
  receivedAt: Date;
}

/** Tells whoever mailed an appeal that a person looks at it, once for each appeal, however often it is sent. @returns whether this told them */
export async function acknowledgeAppeal(tx: Tx, deps: Deps, { to, unmatchedAppealId, platform, language, receivedAt }: PutToPerson): Promise<boolean> {
  const { staged } = await stageNotice(tx, deps, {
    at: deps.clock(),
    platformId: platform.id,
    to,
    language: language === "es" || (language === null && platform.defaultLanguage === "es") ? "es" : "en",
    about: {},
    content: { template: "appeal_by_mail", props: { reference: unmatchedReference(unmatchedAppealId), receivedAt, appealUrl: `${deps.config.publicUrl}/appeal` } },
    dedupeKey: `unmatched-appeal:${unmatchedAppealId}:receipt`,
  });
  return staged;
}
