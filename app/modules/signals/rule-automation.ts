/**
 * Whether a rule's interim measure takes effect by itself (CF-AUP 7.1; a rule never restricts anyone by itself unless a person
 * switched that on for that clause). One person asks, another one with the right to approve decisions confirms, for one version
 * of the rule: what it looks for and what it does about it. Another version takes them anew.
 */
export const automationStates = ["asked", "on", "rejected", "withdrawn", "lapsed", "off"] as const;
export type AutomationState = (typeof automationStates)[number];

/** How long a request waits for the second person. */
export const automationHours = 72;

export interface Automation {
  state: AutomationState;
  ruleVersion: number;
  clauseCode: string;
  /** Milliseconds since 1970. */
  effectiveFrom: number;
}

/** A finding as far as it matters to the switch. */
export interface Found {
  ruleVersion: number;
  clauseCode: string;
  /** When it was recorded, and the exclusive end of what was looked at. */
  at: number;
  windowEnd: number;
}

/** Whether a finding's measure takes effect by itself: it was found, and its conduct went on, after the switch began to hold. */
export const actsByItself = ({ state, ruleVersion, clauseCode, effectiveFrom }: Automation, found: Found, now: number): boolean =>
  state === "on" && ruleVersion === found.ruleVersion && clauseCode === found.clauseCode && effectiveFrom <= now && effectiveFrom <= found.at && effectiveFrom < found.windowEnd;

export type AnswerRefusal = "already_answered" | "own_proposal" | "not_own_proposal" | "proposal_expired";

/** Why somebody may not answer a request; null when they may. */
export function barsAnswer(asked: { state: AutomationState; askedById: string; expiresAt: number }, by: string, how: "confirm" | "reject" | "withdraw", now: number): AnswerRefusal | null {
  if (asked.state !== "asked") return "already_answered";
  if (how === "withdraw") return asked.askedById === by ? null : "not_own_proposal";
  if (asked.askedById === by) return "own_proposal";
  return how === "confirm" && now >= asked.expiresAt ? "proposal_expired" : null;
}
