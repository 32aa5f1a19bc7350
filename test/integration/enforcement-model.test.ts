import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import { testDatabase, type TestDatabase } from "../support/database";
import { sequences } from "../model/moves";
import { World } from "../model/world";

/**
 * Random sequences of deciding, approving, passing time, appealing, ruling, lifting and extending, held after every step
 * against a model that shares no code with the product (`test/model/reference.ts`). MODEL_RUNS asks for more sequences; a failure
 * prints seed, path and replayPath, which MODEL_SEED, MODEL_PATH and MODEL_REPLAY play again.
 */
const { MODEL_RUNS, MODEL_SEED, MODEL_PATH, MODEL_REPLAY, MODEL_MOVES } = process.env;
const runs = Number(MODEL_RUNS ?? 60);

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await testDatabase();
  world = await World.open(await database.deps());
});
afterAll(async () => {
  await world.close();
  await database.close();
});

test("gate, strikes and deadlines are what a simple model says, after every step of random sequences", { timeout: 60_000 + runs * 2_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(sequences(world.features.map(({ code }) => code), Number(MODEL_MOVES ?? 24), MODEL_REPLAY), async (moves) => {
      const model = await world.fresh();
      await fc.asyncModelRun(() => ({ model, real: world }), moves);
    }),
    { numRuns: runs, ...(MODEL_SEED && { seed: Number(MODEL_SEED) }), ...(MODEL_PATH && { path: MODEL_PATH }), endOnFailure: Boolean(MODEL_PATH) },
  );
});
