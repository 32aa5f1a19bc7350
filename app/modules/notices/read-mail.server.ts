import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { maskLinkTokens } from "./notice";

/**
 * Opens one message as its recipient got it. Reading personal data is an act: it leaves an audit entry (DOMAIN, rule
 * 9). The private link in it stays masked, for it would let the reader act as the recipient.
 */
export async function readMail(
  deps: Deps,
  actor: Actor,
  input: { noticeId: string; reason: string },
): Promise<Result<{ to: string; text: string }, "forbidden" | "notice_unknown">> {
  if (!may(actor, "notice:read")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const found = await tx.notice.findUnique({
      where: { id: input.noticeId },
      select: { id: true, platformId: true, accountId: true, caseId: true, addressSealed: true, textSealed: true },
    });
    if (!found) return refuse("notice_unknown");
    const { id, platformId, accountId, caseId } = found;
    await recordAudit(tx, actor, { type: "notice.revealed", at: now, platformId, accountId, caseId, noticeId: id, reason: input.reason });
    return {
      ok: true as const,
      to: deps.crypto.open(found.addressSealed, "notice.address"),
      text: maskLinkTokens(deps.crypto.open(found.textSealed, "notice.text")),
    };
  });
}
