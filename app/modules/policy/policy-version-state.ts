import { stateMachine } from "~/infra/state-machine";

export const policyVersionStates = ["draft", "in_review", "scheduled", "in_force", "superseded"] as const;
export type PolicyVersionState = (typeof policyVersionStates)[number];

export const policyVersionMoves = ["submit", "send_back", "schedule", "cancel", "take_effect", "supersede"] as const;
export type PolicyVersionMove = (typeof policyVersionMoves)[number];

/**
 * A text on its way to being in force (CF-AUP 9). Cancelling a scheduled version makes it a draft again, and so does sending one back from review
 * or writing on it there: two people agree to a text, not to a version's number.
 */
export const policyVersionMachine = stateMachine<PolicyVersionState, PolicyVersionMove>(policyVersionMoves, {
  draft: { submit: "in_review" },
  in_review: { schedule: "scheduled", send_back: "draft" },
  scheduled: { take_effect: "in_force", cancel: "draft" },
  in_force: { supersede: "superseded" },
  superseded: {},
});
