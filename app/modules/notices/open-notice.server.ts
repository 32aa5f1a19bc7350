import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { findMail, type MailDetail } from "./mail-log.queries.server";
import { maskLinkTokens } from "./notice";

/**
 * One message with its frozen text, for staff. The address stays masked, and so does the private link, which would let
 * the reader act as the recipient. Looking at it leaves an audit entry (DOMAIN, rule 9).
 */
export async function openNotice(
  deps: Deps,
  actor: Actor,
  { noticeId }: { noticeId: string },
): Promise<Result<{ notice: MailDetail; text: string }, "forbidden" | "notice_unknown">> {
  if (!may(actor, "notice:read")) return refuse("forbidden");
  const notice = await findMail(deps, noticeId);
  if (!notice) return refuse("notice_unknown");
  return deps.db.$transaction(async (tx) => {
    const { textSealed, platformId, accountId, caseId } = await tx.notice.findUniqueOrThrow({
      where: { id: noticeId },
      select: { textSealed: true, platformId: true, accountId: true, caseId: true },
    });
    await recordAudit(tx, actor, { type: "notice.opened", at: deps.clock(), platformId, accountId, caseId, noticeId });
    return { ok: true, notice, text: maskLinkTokens(deps.crypto.open(textSealed, "notice.text")) };
  });
}
