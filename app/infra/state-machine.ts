import { refuse, type Result } from "./result";

/** For every state the moves it allows and where each leads. A state without moves is final. */
export type TransitionTable<State extends string, Move extends string> = {
  readonly [From in State]: { readonly [M in Move]?: State };
};

export type StateMachine<State extends string, Move extends string> = {
  readonly states: readonly State[];
  readonly moves: readonly Move[];
  /** Where the move leads, or the refusal `illegal_move`. */
  after(state: State, move: Move): Result<{ state: State }, "illegal_move">;
  allows(state: State, move: Move): boolean;
  isFinal(state: State): boolean;
};

/** A machine is its table and nothing else: what the table does not name is refused. */
export function stateMachine<State extends string, Move extends string>(
  moves: readonly Move[],
  table: TransitionTable<State, Move>,
): StateMachine<State, Move> {
  const target = (state: State, move: Move): State | undefined => (Object.hasOwn(table[state], move) ? table[state][move] : undefined);
  return {
    states: Object.keys(table) as State[],
    moves,
    after(state, move) {
      const to = target(state, move);
      return to === undefined ? refuse("illegal_move", { state, move }) : { ok: true, state: to };
    },
    allows: (state, move) => target(state, move) !== undefined,
    isFinal: (state) => moves.every((move) => target(state, move) === undefined),
  };
}
