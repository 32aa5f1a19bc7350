import { expect, test } from "vitest";
import { stateMachine } from "./state-machine";

const door = stateMachine<"open" | "shut" | "walled_up", "open" | "shut" | "wall_up">(["open", "shut", "wall_up"], {
  open: { shut: "shut" },
  shut: { open: "open", wall_up: "walled_up" },
  walled_up: {},
});

test("a legal move leads where the table says", () => {
  expect(door.after("shut", "wall_up")).toEqual({ ok: true, state: "walled_up" });
});

test("anything else is refused, with the move that was tried", () => {
  expect(door.after("walled_up", "open")).toEqual({ ok: false, reason: "illegal_move", detail: { state: "walled_up", move: "open" } });
  expect(door.after("open", "toString" as "open").ok).toBe(false);
});

test("only a state without moves is final", () => {
  expect(door.states.filter(door.isFinal)).toEqual(["walled_up"]);
});
