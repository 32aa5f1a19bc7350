import { audienceOf } from "../audience";
import type { NoticeKind } from "../notice-kind";

/** Who goes first to a mail domain that takes only so much: what holders and colleagues are told, before everything else. */
export const lanes = ["first", "after"] as const;
export type Lane = (typeof lanes)[number];

/**
 * An account holder is told no later than a measure takes effect (rule of procedure 7), and a colleague in time for a deadline. What
 * strangers can cause, receipts above all, must not hold that up however much there is.
 */
export function laneOf(kind: NoticeKind): Lane {
  if (kind === "policy_change" || kind === "sender_health") return "after";
  const audience = audienceOf[kind];
  return audience === "account_holder" || audience === "colleague" ? "first" : "after";
}
