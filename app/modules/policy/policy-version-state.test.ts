import { expect, test } from "vitest";
import { policyVersionMachine } from "./policy-version-state";

/** Every legal move there is; each pair that is not listed is refused. */
const legal: Record<string, string> = {
  "draft submit": "in_review",
  "in_review schedule": "scheduled",
  "in_review send_back": "draft",
  "scheduled take_effect": "in_force",
  "scheduled cancel": "draft",
  "in_force supersede": "superseded",
};

const pairs = policyVersionMachine.states.flatMap((state) => policyVersionMachine.moves.map((move) => [state, move] as const));

test.each(pairs)("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(policyVersionMachine.allows(state, move)).toBe(to !== undefined);
  expect(policyVersionMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test("the list of legal moves names only pairs that exist", () => {
  const known = pairs.map(([state, move]) => `${state} ${move}`);
  expect(Object.keys(legal).filter((pair) => !known.includes(pair))).toEqual([]);
});

test("final states", () => {
  expect(policyVersionMachine.states.filter(policyVersionMachine.isFinal)).toEqual(["superseded"]);
});
