import type { RenderedEmail } from "#emails/render";
import type { Tx } from "~/infra/db.server";
import { loadSender } from "./notice.repo.server";
import { renderNotice } from "./render-notice.server";
import type { NoticeDraft } from "./stage-notice.server";

/** The message a draft would become, rendered as it is when staged, without staging it. */
export async function previewNotice(tx: Tx, draft: NoticeDraft & { platformId: string }): Promise<RenderedEmail & { language: string }> {
  return renderNotice(await loadSender(tx, draft.platformId), draft.language, draft.content);
}
