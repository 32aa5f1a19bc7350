import { stateMachine } from "~/infra/state-machine";

export const actionStates = [
  "proposed",
  "awaiting_approval",
  "active",
  "expired",
  "lifted",
  "reversed",
  "superseded",
  "rejected",
] as const;
export type ActionState = (typeof actionStates)[number];

export const actionMoves = ["ask_for_approval", "take_effect", "reject", "expire", "lift", "reverse", "supersede"] as const;
export type ActionMove = (typeof actionMoves)[number];

/**
 * What a decision does to an account. An action that needs nobody's approval takes effect straight from `proposed`;
 * one under the four-eyes rule waits first.
 */
export const actionMachine = stateMachine<ActionState, ActionMove>(actionMoves, {
  proposed: { ask_for_approval: "awaiting_approval", take_effect: "active", reject: "rejected" },
  awaiting_approval: { take_effect: "active", reject: "rejected" },
  active: { expire: "expired", lift: "lifted", reverse: "reversed", supersede: "superseded" },
  expired: {},
  lifted: {},
  reversed: {},
  superseded: {},
  rejected: {},
});
