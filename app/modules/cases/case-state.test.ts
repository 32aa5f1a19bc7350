import { expect, test } from "vitest";
import { caseMachine } from "./case-state";

/** Every legal move there is; each pair that is not listed is refused. */
const legal: Record<string, string> = {
  "open investigate": "investigating",
  "investigating ask_for_information": "waiting_for_information",
  "waiting_for_information resume": "investigating",
  "investigating decide": "decided",
  "decided close": "closed",
  "closed reopen": "open",
};

const pairs = caseMachine.states.flatMap((state) => caseMachine.moves.map((move) => [state, move] as const));

test.each(pairs)("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(caseMachine.allows(state, move)).toBe(to !== undefined);
  expect(caseMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test("the list of legal moves names only pairs that exist", () => {
  const known = pairs.map(([state, move]) => `${state} ${move}`);
  expect(Object.keys(legal).filter((pair) => !known.includes(pair))).toEqual([]);
});

test("final states", () => {
  expect(caseMachine.states.filter(caseMachine.isFinal)).toEqual([]);
});
