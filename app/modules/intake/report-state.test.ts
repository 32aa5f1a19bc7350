import { expect, test } from "vitest";
import { reportMachine } from "./report-state";

/** Every legal move there is; each pair that is not listed is refused. */
const legal: Record<string, string> = {
  "received attach": "attached",
  "received dismiss": "dismissed",
  "attached resolve": "resolved",
};

const pairs = reportMachine.states.flatMap((state) => reportMachine.moves.map((move) => [state, move] as const));

test.each(pairs)("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(reportMachine.allows(state, move)).toBe(to !== undefined);
  expect(reportMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test("the list of legal moves names only pairs that exist", () => {
  const known = pairs.map(([state, move]) => `${state} ${move}`);
  expect(Object.keys(legal).filter((pair) => !known.includes(pair))).toEqual([]);
});

test("final states", () => {
  expect(reportMachine.states.filter(reportMachine.isFinal)).toEqual(["dismissed", "resolved"]);
});
