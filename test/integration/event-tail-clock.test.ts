import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { poolOf } from "~/infra/db.server";
import { settledAfter } from "~/modules/signals/rules/engine";
import { testDatabase } from "../support/database";
import { aTail } from "../support/tailing";

test("a worker whose clock runs ahead counts nothing as settled that is not by the database's clock", async () => {
  const database = await testDatabase();
  try {
    const deps = await database.deps();
    const tail = await aTail({ ...deps, clock: () => DateTime.utc().plus({ hours: 10 }) } as typeof deps, { saveEveryMs: 0 });
    await tail.settle();
    await tail.leave();
    const { rows } = await poolOf(deps.db).query<{ moved: number; ahead: number }>(
      `SELECT count(*) FILTER (WHERE since > '-infinity')::int AS moved, count(*) FILTER (WHERE since > clock_timestamp() - $1 * interval '1 ms')::int AS ahead FROM stream.tail_shard`,
      [settledAfter],
    );
    expect(rows[0]!.moved).toBeGreaterThan(0);
    expect(rows[0]!.ahead).toBe(0);
  } finally {
    await database.close();
  }
});
