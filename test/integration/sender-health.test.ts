import { afterAll, beforeAll, expect, test } from "vitest";
import { shardOf } from "~/modules/signals/event-codes";
import { senderHealth } from "~/modules/signals/sender-health.queries.server";
import { createAccount } from "../factories/account";
import { enforcers } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId } = await enforcers(deps));
});
afterAll(() => database.close());

const hour = 3_600_000;

/** Marketing to one contact who may be in any of these zones, at these instants. */
async function sent(accountId: string, zones: string | null, instants: readonly number[]): Promise<void> {
  await deps.db.$executeRaw`INSERT INTO stream.zone_set (zones) SELECT ${zones} WHERE ${zones}::text IS NOT NULL ON CONFLICT (zones) DO NOTHING`;
  const [set] = await deps.db.$queryRaw<{ id: number }[]>`SELECT id FROM stream.zone_set WHERE zones = ${zones}`;
  for (const [index, at] of instants.entries()) {
    await deps.db.$executeRaw`
      INSERT INTO stream.message_event (occurred_at, received_at, shard, type, category, zone_set, more_requested, platform_id, account_id, contact, event_id)
      VALUES (${new Date(at)}, ${new Date(at)}, ${shardOf(accountId)}::smallint, 1, 1, ${set?.id ?? null}::smallint, false, ${platformId}::uuid, ${accountId}::uuid, gen_random_uuid(), ${`${accountId} ${zones} ${index}`})`;
  }
}

test("quiet hours go by the recipient's clock, and have to be quiet in each zone they may be in", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 86_400_000;
  deps.clock.set(new Date(midnight + 47 * hour).toISOString());
  const quietAt = async (zones: string | null, hours: readonly number[]) => {
    const before = (await senderHealth(deps, id, { from: null, to: null }))!.totals;
    await sent(id, zones, hours.map((one) => midnight + one * hour));
    const after = (await senderHealth(deps, id, { from: null, to: null }))!.totals;
    return [after.quiet - before.quiet, after.marketing - before.marketing];
  };
  expect(await quietAt("UTC", [7, 8, 20, 21])).toEqual([2, 4]);
  expect(await quietAt("Asia/Tokyo", [7, 12, 23.5])).toEqual([1, 3]);
  expect(await quietAt("UTC,Asia/Tokyo", [7, 12, 22, 23])).toEqual([1, 4]);
  expect(await quietAt(null, [3])).toEqual([0, 1]);
});

test("nobody's events are counted for another, and an account there is not has no health", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  expect((await senderHealth(deps, id, { from: null, to: null }))!.totals.sent).toBe(0);
  expect(await senderHealth(deps, "00000000-0000-7000-8000-000000000000", { from: null, to: null })).toBeNull();
});
