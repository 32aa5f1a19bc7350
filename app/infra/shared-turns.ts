export interface SharedTurns<Item, Result> {
  /** @returns what came of it in the turn that took it */
  add(item: Item): Promise<Result>;
  /** Waits until nothing is under way. */
  drain(): Promise<void>;
}

interface Waiter<Item, Result> {
  item: Item;
  settle(result: Result): void;
  fail(error: unknown): void;
}

/**
 * What comes while a turn is under way goes together into the next: many that wait for the same disk wait for it once.
 *
 * @param take does the work of a turn. @returns a result for each item, in order; when it fails, all of them failed
 * @param lanes turns under way at once
 * @param most items of a turn
 */
export function shareTurns<Item, Result>(take: (items: Item[]) => Promise<readonly Result[]>, { lanes = 1, most = Infinity }: { lanes?: number; most?: number } = {}): SharedTurns<Item, Result> {
  let waiting: Waiter<Item, Result>[] = [];
  let underWay = 0;
  let scheduled = false;
  let idle: (() => void)[] = [];

  const run = async (turn: Waiter<Item, Result>[]): Promise<void> => {
    try {
      const results = await take(turn.map(({ item }) => item));
      turn.forEach(({ settle }, index) => settle(results[index]!));
    } catch (error) {
      for (const { fail } of turn) fail(error);
    }
    underWay -= 1;
    begin();
  };

  const begin = (): void => {
    while (underWay < lanes && waiting.length > 0) {
      underWay += 1;
      const turn = waiting.length <= most ? waiting : waiting.slice(0, most);
      waiting = waiting.slice(turn.length);
      void run(turn);
    }
    if (underWay === 0) for (const settle of idle.splice(0)) settle();
  };

  return {
    add(item) {
      if (!scheduled) {
        scheduled = true;
        setImmediate(() => {
          scheduled = false;
          begin();
        });
      }
      return new Promise((settle, fail) => waiting.push({ item, settle, fail }));
    },
    drain: () => (underWay === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((settle) => (idle = [...idle, settle]))),
  };
}
