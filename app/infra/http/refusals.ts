import type { Refusal } from "../result";

/** How a refusal is told: over HTTP by its status, to a person by its sentence. */
export interface RefusalText {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 423 | 429 | 503;
  sentence: string;
}

/**
 * Every reason a command may refuse with. One table, so that pages, the API and the command line say the same.
 * A sentence says what stands in the way and what can be done about it.
 */
export const refusals: Readonly<Record<string, RefusalText>> = {
  forbidden: { status: 403, sentence: "Your role does not allow this. Ask a lead or an admin if you need it." },
  not_found: { status: 404, sentence: "This does not exist, or not any more." },
  invalid: { status: 422, sentence: "Something in the form is not right. Check the marked fields." },
  stale: { status: 409, sentence: "Somebody changed this while you were working on it. Look at what changed, then try again." },
  rate_limited: { status: 429, sentence: "There were many tries in a short time. Wait a few minutes, then try again." },
  illegal_move: { status: 409, sentence: "This is not possible in its present state. Reload the page to see where it stands." },

  case_held_by_other: { status: 423, sentence: "Somebody else is working on this case. Ask them to release it, or ask a lead to reassign it." },
  lease_missing: { status: 409, sentence: "You do not hold this case at the moment. Claim it first." },
  case_decided: { status: 409, sentence: "This case is decided already. Reopen it to work on it again." },
  no_reporter_address: { status: 422, sentence: "This reporter left no address, so there is nobody to ask." },
  report_not_in_case: { status: 422, sentence: "This report does not belong to the case." },
  open_case_exists: { status: 409, sentence: "Another case about this account and policy area is open. Work on that one instead." },
  staff_not_available: { status: 422, sentence: "This person cannot take cases: they are disabled or lack the permission." },
};

const unforeseen: RefusalText = { status: 409, sentence: "This was not done. Reload the page and try again." };

export const refusalText = (reason: string): RefusalText =>
  Object.hasOwn(refusals, reason) ? refusals[reason]! : unforeseen;

/** What an action returns for a refusal: the sentence under `refusal`, with the table's status. */
export function refused(refusal: Refusal): { body: { refusal: string; reason: string }; init: { status: number } } {
  const { status, sentence } = refusalText(refusal.reason);
  return { body: { refusal: sentence, reason: refusal.reason }, init: { status } };
}
