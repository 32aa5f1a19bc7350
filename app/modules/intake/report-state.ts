import { stateMachine } from "~/infra/state-machine";

export const reportStates = ["received", "attached", "dismissed", "resolved"] as const;
export type ReportState = (typeof reportStates)[number];

/** Reports that a decision of their case resolves: those without an outcome, and those whose outcome was taken back. */
export const unresolvedReports: { OR: ({ state: "attached" } | { state: "resolved"; outcome: "reversed" })[] } = { OR: [{ state: "attached" }, { state: "resolved", outcome: "reversed" }] };

export const reportMoves = ["attach", "dismiss", "resolve"] as const;
export type ReportMove = (typeof reportMoves)[number];

/** One allegation: it joins a case or is dismissed with a reason, and a joined one is resolved by the case's decision. */
export const reportMachine = stateMachine<ReportState, ReportMove>(reportMoves, {
  received: { attach: "attached", dismiss: "dismissed" },
  attached: { resolve: "resolved" },
  dismissed: {},
  resolved: {},
});
