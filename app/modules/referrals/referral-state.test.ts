import { expect, test } from "vitest";
import { mayApprove, referralMachine, referralMoves, referralStates, type ReferralMove, type ReferralState } from "./referral-state";

const legal: Record<string, ReferralState> = {
  "draft submit": "awaiting_approval",
  "draft withdraw": "withdrawn",
  "awaiting_approval return": "draft",
  "awaiting_approval approve": "approved",
  "awaiting_approval withdraw": "withdrawn",
  "approved close": "closed",
};

test.each(referralStates.flatMap((state) => referralMoves.map((move): [ReferralState, ReferralMove] => [state, move])))("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(referralMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test.each([
  ["a colleague", "eve", true],
  ["the drafter", "ana", false],
  ["somebody who wrote on it", "ben", false],
  ["whoever handed it in", "lee", false],
])("%s may approve: %s", (_who, id, may) => expect(mayApprove(id, { drafterId: "ana", editorIds: ["ana", "ben"], submittedById: "lee" })).toBe(may));
