import type { RenderedEmail } from "#emails/render";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { composeNotice } from "./compose-notice.server";
import { sendersOf, type NoticeDraft } from "./stage-notice.server";

/** The message a draft would become, composed as it is when staged, without staging it. */
export async function previewNotice(tx: Tx, deps: Pick<Deps, "db" | "log">, draft: NoticeDraft & { platformId: string }): Promise<RenderedEmail & { language: string }> {
  const senders = await sendersOf(tx, [draft]);
  return (await composeNotice(tx, deps, senders.get(draft.platformId)!, draft)).mail;
}
