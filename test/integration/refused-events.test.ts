import { afterAll, beforeAll, expect, test } from "vitest";
import { openEventIntake } from "~/modules/signals/event-intake.server";
import { arrivals } from "~/modules/signals/lateness.queries.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aSender } from "../support/sending";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
});
afterAll(() => database.close());

const at = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();

test("what the doors refuse is counted by platform and reason before it is answered, by every process, and nothing of it is kept", async () => {
  const sender = await aSender(deps);
  const [one, two] = [openEventIntake(deps), openEventIntake(deps)];
  const old = anEvent(sender.account, at(-72 * 60 - 1));
  await one.take(sender.platformId, [old, anEvent(sender.account, at(6)), anEvent("nobody", at(0)), anEvent(sender.account, at(0))]);
  await two.take(sender.platformId, [old, old, "nonsense"]);
  const { key } = await deps.db.platform.findUniqueOrThrow({ where: { id: sender.platformId } });
  expect((await arrivals(deps)).find((row) => row.key === key)!.refused).toEqual([
    { reason: "invalid", count: 1 },
    { reason: "account_unknown", count: 1 },
    { reason: "too_old", count: 3 },
    { reason: "in_future", count: 1 },
  ]);
  await Promise.all([one.close(), two.close()]);
  deps.clock.advance({ days: 7 });
  expect((await arrivals(deps)).find((row) => row.key === key)!.refused).toEqual([]);
});
