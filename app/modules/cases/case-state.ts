import { stateMachine } from "~/infra/state-machine";

export const caseStates = ["open", "investigating", "waiting_for_information", "decided", "closed"] as const;
export type CaseState = (typeof caseStates)[number];

export const caseMoves = ["investigate", "ask_for_information", "resume", "decide", "close", "reopen"] as const;
export type CaseMove = (typeof caseMoves)[number];

/** The work about one account. Escalation is a flag with an owner, not a state; reopening needs a reason. */
export const caseMachine = stateMachine<CaseState, CaseMove>(caseMoves, {
  open: { investigate: "investigating" },
  investigating: { ask_for_information: "waiting_for_information", decide: "decided" },
  waiting_for_information: { resume: "investigating" },
  decided: { close: "closed" },
  closed: { reopen: "open" },
});

/** The states in which later reports about the account still join the case: at most one per account and policy area. */
export const openCaseStates = ["open", "investigating", "waiting_for_information"] as const satisfies readonly CaseState[];

export const isOpenCase = (state: CaseState): boolean => (openCaseStates as readonly CaseState[]).includes(state);
