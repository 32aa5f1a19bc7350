import { stateMachine } from "~/infra/state-machine";

export const noticeStates = ["queued", "handed_over", "delivered", "bounced", "failed"] as const;
export type NoticeState = (typeof noticeStates)[number];

export const noticeMoves = ["hand_over", "confirm_delivery", "bounce", "fail", "retry"] as const;
export type NoticeMove = (typeof noticeMoves)[number];

/**
 * One message to one person. It is tried again from `queued` until the recipient's mail server takes it or it fails;
 * what failed or bounced goes back to `queued` when a person asks for it.
 */
export const noticeMachine = stateMachine<NoticeState, NoticeMove>(noticeMoves, {
  queued: { hand_over: "handed_over", fail: "failed" },
  handed_over: { confirm_delivery: "delivered", bounce: "bounced", fail: "failed" },
  delivered: {},
  bounced: { retry: "queued" },
  failed: { retry: "queued" },
});

/** What a notice is about; the rows it hangs on in the delivery log and on the pages of those things. */
export interface NoticeSubject {
  accountId?: string | null;
  reportId?: string | null;
  caseId?: string | null;
  decisionId?: string | null;
  actionId?: string | null;
  appealId?: string | null;
  reporterMeasureId?: string | null;
}

const minute = 60_000;

/** Pauses between tries while a mail server defers (RFC 5321 4.5.4.1 asks for growing ones): about two days in all. */
const pausesMs = [1, 5, 15, 30, 60, 120, 240, 480, 720, 720, 720].map((minutes) => minutes * minute);

/** How long to wait after this many tries, or null when none is left. */
export const pauseAfter = (attempts: number): number | null => pausesMs[attempts - 1] ?? null;

/**
 * The Message-ID is made from the notice and nothing else, so that a repeated mail is recognised as the same one by
 * whoever receives it.
 */
export const messageIdOf = (noticeId: string, senderAddress: string): string => `<notice.${noticeId}@${domainOf(senderAddress)}>`;

function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  if (!/^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(domain)) throw new RangeError("The sender's address has no domain.");
  return domain;
}

/** `https://…/standing/abc…` → `https://…/standing/…`: the delivery log shows what was sent without the key to the page. */
export const maskLinkTokens = (text: string): string => text.replace(/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g, "…");

/** `ana@example.com` → `a…@example.com`. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "…" : `${[...address][0]}…${address.slice(at)}`;
}
