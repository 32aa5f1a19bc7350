import { expect, test } from "vitest";
import { actionMachine } from "./action-state";

/** Every legal move there is; each pair that is not listed is refused. */
const legal: Record<string, string> = {
  "proposed ask_for_approval": "awaiting_approval",
  "proposed take_effect": "active",
  "proposed reject": "rejected",
  "awaiting_approval take_effect": "active",
  "awaiting_approval reject": "rejected",
  "active expire": "expired",
  "active lift": "lifted",
  "active reverse": "reversed",
  "active supersede": "superseded",
};

const pairs = actionMachine.states.flatMap((state) => actionMachine.moves.map((move) => [state, move] as const));

test.each(pairs)("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(actionMachine.allows(state, move)).toBe(to !== undefined);
  expect(actionMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test("the list of legal moves names only pairs that exist", () => {
  const known = pairs.map(([state, move]) => `${state} ${move}`);
  expect(Object.keys(legal).filter((pair) => !known.includes(pair))).toEqual([]);
});

test("final states", () => {
  expect(actionMachine.states.filter(actionMachine.isFinal)).toEqual(["expired", "lifted", "reversed", "superseded", "rejected"]);
});
