import { expect, test } from "vitest";
import { shareTurns } from "./shared-turns";

/** Turns that end when they are told to. */
function held(most?: number, lanes?: number) {
  const turns: { items: number[]; end: (error?: Error) => void }[] = [];
  const shared = shareTurns<number, string>((items) => new Promise((done, fail) => turns.push({ items, end: (error) => (error ? fail(error) : done(items.map((item) => `took ${item}`))) })), { most, lanes });
  return { turns, shared, soon: () => new Promise((settle) => setImmediate(() => setImmediate(settle))) };
}

test("what comes while a turn is under way shares the next, never that one", async () => {
  const { turns, shared, soon } = held();
  const first = shared.add(1);
  await soon();
  const others = [shared.add(2), shared.add(3)];
  await soon();
  expect(turns.map(({ items }) => items)).toEqual([[1]]);
  turns[0]!.end();
  expect(await first).toBe("took 1");
  expect(turns.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  turns[1]!.end();
  expect(await Promise.all(others)).toEqual(["took 2", "took 3"]);
});

test("a turn that fails fails for all it took and for nobody else", async () => {
  const { turns, shared, soon } = held();
  const [one, two] = [shared.add(1), shared.add(2)].map((added) => added.catch((error: Error) => error.message));
  await soon();
  const three = shared.add(3);
  turns[0]!.end(new Error("no space"));
  expect([await one, await two]).toEqual(["no space", "no space"]);
  turns[1]!.end();
  expect(await three).toBe("took 3");
});

test("takes so many in a turn, in so many turns at once, and drains when all are done", async () => {
  const { turns, shared, soon } = held(2, 2);
  const all = [1, 2, 3, 4, 5].map((item) => shared.add(item));
  await soon();
  expect(turns.map(({ items }) => items)).toEqual([[1, 2], [3, 4]]);
  let drained = false;
  const draining = shared.drain().then(() => (drained = true));
  turns[0]!.end();
  turns[1]!.end();
  await soon();
  expect([turns[2]!.items, drained]).toEqual([[5], false]);
  turns[2]!.end();
  await Promise.all([...all, draining]);
  expect(drained).toBe(true);
});
