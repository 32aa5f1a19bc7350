import { stateMachine } from "~/infra/state-machine";

export const referralStates = ["draft", "awaiting_approval", "approved", "closed", "withdrawn"] as const;
export type ReferralState = (typeof referralStates)[number];

export const referralMoves = ["submit", "return", "approve", "withdraw", "close"] as const;
export type ReferralMove = (typeof referralMoves)[number];

/** A referral on paper. What was approved is never changed or taken back; it is closed when the agency is done with it. */
export const referralMachine = stateMachine<ReferralState, ReferralMove>(referralMoves, {
  draft: { submit: "awaiting_approval", withdraw: "withdrawn" },
  awaiting_approval: { return: "draft", approve: "approved", withdraw: "withdrawn" },
  approved: { close: "closed" },
  closed: {},
  withdrawn: {},
});

export const referralStateNames: Record<ReferralState, string> = {
  draft: "Draft",
  awaiting_approval: "Waits for a second person",
  approved: "Approved",
  closed: "Closed",
  withdrawn: "Withdrawn",
};

/** Nobody approves what they drafted, wrote on or handed in (rule of procedure 2). */
export const mayApprove = (staffId: string, referral: { drafterId: string; editorIds: readonly string[]; submittedById: string | null }): boolean =>
  ![referral.drafterId, referral.submittedById, ...referral.editorIds].includes(staffId);
