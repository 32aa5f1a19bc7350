import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { stageNotice } from "../notices/stage-notice.server";
import { unmatchedReference } from "./unmatched-reference";

interface Unmatched {
  id: string;
  platformId: string | null;
  answerSealed: string | null;
  language: string | null;
  receivedAt: Date;
}

/** Says to whoever sent an appeal that it was put aside, and why. @returns whether there was anybody who may be answered */
export async function tellPutAside(tx: Tx, deps: Deps, { id, platformId, answerSealed, language, receivedAt }: Unmatched, { reason, at }: { reason: string; at: DateTime }): Promise<boolean> {
  if (!answerSealed || !platformId) return false;
  const { defaultLanguage } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { defaultLanguage: true } });
  await stageNotice(tx, deps, {
    at,
    platformId,
    to: deps.crypto.open(answerSealed, "unmatched-appeal.email"),
    language: (language ?? defaultLanguage) === "es" ? "es" : "en",
    about: {},
    content: { template: "appeal_put_aside", props: { reference: unmatchedReference(id), receivedAt, reason, appealUrl: `${deps.config.publicUrl}/appeal` } },
    dedupeKey: `unmatched-appeal:${id}:put-aside`,
  });
  return true;
}

/** Whoever mailed an appeal may be told what becomes of it, at this address and in this language. */
export async function noteAnswerable(tx: Tx, deps: Pick<Deps, "crypto">, unmatchedAppealId: string, { to, language }: { to: string; language: string | null }): Promise<void> {
  await tx.unmatchedAppeal.updateMany({ where: { id: unmatchedAppealId, settledAt: null, answerSealed: null }, data: { answerSealed: deps.crypto.seal(to, "unmatched-appeal.email"), language } });
}
