import type { Deps } from "~/infra/deps.server";
import { verifyAddress } from "~/infra/signed-address.server";
import { reconsiderLateness } from "../appeals/take-mailed-appeal.server";
import { reopenInformed } from "../enforcement/reopen-informed.server";
import { bounceNotice } from "../notices/bounce-notice.server";
import { bounceMessage } from "../notices/campaign/bounce-message.server";
import type { NoticeKind } from "../notices/notice-kind";
import type { Circumstances } from "./circumstances.server";
import { isArrival, isFailure, type Bounce } from "./understand/bounce";

const teller = { kind: "system", name: "mail" } as const;

export interface CameBack {
  outcome: "notice_bounced" | "notice_known_bounced" | "delay_noted" | "arrival_noted" | "bounce_unproven";
  noticeId?: string;
}

const informing: readonly NoticeKind[] = ["statement_of_reasons", "interim_measure", "action_changed", "appeal_ruling"];

/**
 * Marks the notice a bounce belongs to. What names it is an address only we could make, as the recipient of the bounce or as
 * its `Original-Envelope-Id`; a bounce without it is kept and logged, and changes nothing.
 */
export async function followBounce(deps: Deps, { returned }: Circumstances, bounce: Bounce): Promise<CameBack> {
  const noticeId = returned[0] ?? signedIn(deps, bounce.envelopeId);
  if (!noticeId) return { outcome: "bounce_unproven" };
  if (!isFailure(bounce)) return { outcome: isArrival(bounce) ? "arrival_noted" : "delay_noted", noticeId };
  const failed = bounce.recipients.find(({ action }) => action === "failed");
  const said = [failed?.status, failed?.diagnostic?.replace(/<?[^\s<>]+@[^\s<>]+>?/gu, "<…>")].filter(Boolean).join(" ") || "came back";
  const bounced = await bounceNotice(deps, teller, { noticeId, said });
  if (!bounced.ok && bounced.reason === "notice_unknown") return followCampaignBounce(deps, { messageId: noticeId, said });
  if (!bounced.ok) return { outcome: "notice_known_bounced", noticeId };
  if (informing.includes(bounced.kind)) {
    const { actionIds } = await reopenInformed(deps, teller, bounced);
    await reconsiderLateness(deps, { actionIds });
  }
  return { outcome: "notice_bounced", noticeId };
}

/** A message of a campaign is no notice of the log: the campaign shows it. */
async function followCampaignBounce(deps: Deps, came: { messageId: string; said: string }): Promise<CameBack> {
  const bounced = await bounceMessage(deps, teller, came);
  if (bounced.ok) return { outcome: "notice_bounced" };
  return { outcome: bounced.reason === "notice_unknown" ? "bounce_unproven" : "notice_known_bounced" };
}

/** The notice a signed return path names; servers may give it back as they were told it (RFC 3461 4, xtext). */
export function signedIn({ crypto }: Pick<Deps, "crypto">, given: string | null): string | null {
  if (!given) return null;
  const address = given.replace(/^<|>$/g, "").replace(/\+([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const signed = verifyAddress(crypto, given.replace(/^<|>$/g, "")) ?? verifyAddress(crypto, address);
  return signed?.purpose === "bounce" ? signed.names : null;
}
