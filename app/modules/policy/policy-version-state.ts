import { stateMachine } from "~/infra/state-machine";

export const policyVersionStates = ["draft", "in_review", "scheduled", "in_force", "superseded"] as const;
export type PolicyVersionState = (typeof policyVersionStates)[number];

export const policyVersionMoves = ["submit", "schedule", "cancel", "take_effect", "supersede"] as const;
export type PolicyVersionMove = (typeof policyVersionMoves)[number];

/** A text on its way to being in force (CF-AUP 9). Cancelling a scheduled version makes it a draft again. */
export const policyVersionMachine = stateMachine<PolicyVersionState, PolicyVersionMove>(policyVersionMoves, {
  draft: { submit: "in_review" },
  in_review: { schedule: "scheduled" },
  scheduled: { take_effect: "in_force", cancel: "draft" },
  in_force: { supersede: "superseded" },
  superseded: {},
});
