import pg, { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { isDatabaseAway } from "~/infra/database-away";
import { poolOf, Prisma, type Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { idIn } from "~/infra/raw-sql.server";
import { rehearsed } from "../bench/statements";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let owner: Client;
let table: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:05:00Z", { DATABASE_POOL: "2" });
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
});
beforeEach(async () => {
  table = `kept_${newId().replaceAll("-", "").slice(-12)}`;
  await owner.query(`CREATE TABLE ${table} (id int PRIMARY KEY, word text); GRANT ALL ON ${table} TO PUBLIC`);
});

const inTransaction = <R>(work: (tx: Tx) => Promise<R>) => deps.db.$transaction(work);
const add = (tx: Tx, id: number) => tx.$executeRaw`INSERT INTO ${Prisma.raw(table)} VALUES (${id}, 'kept')`;
const kept = () => deps.db.$queryRaw<{ id: number }[]>`SELECT id FROM ${Prisma.raw(table)} ORDER BY id`;
async function openTransactions(): Promise<number> {
  const { rows } = await owner.query<{ n: number }>("SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()");
  return rows[0]!.n;
}

function signal<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe("SQL written out in a transaction", () => {
  test("gives what the client gives for every type", async () => {
    const ask = (db: Tx) => {
      const at = new Date("2026-11-20T21:05:00.123Z");
      return db.$queryRaw`
        SELECT ${7}::int AS int, ${7}::bigint AS large, ${"7.50"}::numeric AS decimal, ${1.5}::float8 AS double, ${true}::bool AS yes, ${"é€𝄞"}::text AS text,
               ${"01a21a0d-33f6-77ec-bbec-ecf670fdf87b"}::uuid AS uuid, ${at}::timestamptz AS at, ${at}::timestamp AS local, ${"2026-11-20"}::date AS day, ${"21:05:00"}::time AS time,
               ${JSON.stringify({ a: [1, null, "x"] })}::jsonb AS json, 'null'::json AS nothing, ${new Uint8Array([0, 255])}::bytea AS bytes, 'open'::case_state::text AS state,
               ${["a", "b"]}::text[] AS words, ${[1, 2]}::int[] AS ints, ${[at]}::timestamptz[] AS ats, ARRAY[1, NULL]::bigint[] AS larges, ARRAY['{"b":1}'::jsonb, NULL] AS jsons,
               ARRAY[1.5]::numeric[] AS decimals, ARRAY['\\x01'::bytea] AS pieces, NULL::timestamptz AS never, ${null}::text AS none, count(*) AS counted
          FROM generate_series(1, ${3}::int)`;
    };
    const [ours, clients] = [await inTransaction(ask), await ask(deps.db)];
    expect(clients).toHaveLength(1);
    expect(ours).toEqual(clients);
  });

  test("counts what it changed, and takes parts that are put together", async () => {
    const changed = await inTransaction(async (tx) => {
      for (const id of [1, 2, 3]) await add(tx, id);
      return tx.$executeRaw`UPDATE ${Prisma.raw(table)} SET word = ${"changed"} WHERE ${Prisma.sql`id > ${1}`} AND id IN (${Prisma.join([1, 2, 3])})`;
    });
    expect(changed).toBe(2);
  });

  test("stands in the client's transaction: seen by it, undone with it, unseen by others until the end", async () => {
    const undone = inTransaction(async (tx) => {
      await add(tx, 1);
      expect(await tx.$queryRawUnsafe(`SELECT id FROM ${table}`)).toEqual([{ id: 1 }]);
      expect(await kept()).toEqual([]);
      throw new Error("changed my mind");
    });
    await expect(undone).rejects.toThrow("changed my mind");
    expect(await kept()).toEqual([]);
    await inTransaction((tx) => add(tx, 2));
    expect(await kept()).toEqual([{ id: 2 }]);
  });

  test("of two at once each goes its own way", async () => {
    const first = signal<void>();
    const one = inTransaction(async (tx) => {
      await add(tx, 1);
      await first.promise;
      throw new Error("undone");
    });
    await inTransaction((tx) => add(tx, 2));
    first.resolve();
    await expect(one).rejects.toThrow("undone");
    expect(await kept()).toEqual([{ id: 2 }]);
  });

  test("keeps to its own connection when other transactions are begun and ended while it runs", async () => {
    const undone = inTransaction(async (tx) => {
      await add(tx, 1);
      await deps.db.$transaction([deps.db.$executeRaw`INSERT INTO ${Prisma.raw(table)} VALUES (${2}, 'kept')`]);
      await deps.db.$transaction((other) => add(other, 3));
      await add(tx, 4);
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await kept()).toEqual([{ id: 2 }, { id: 3 }]);
  });

  test("is refused once the transaction is over, and never runs on a connection that serves another", async () => {
    const begun = signal<Tx>();
    await inTransaction(async (tx) => {
      begun.resolve(tx);
      await add(tx, 1);
    });
    const late = await begun.promise;
    await expect(add(late, 2)).rejects.toMatchObject({ code: "P2028" });
    await expect(late.$queryRaw`SELECT 1`).rejects.toMatchObject({ code: "P2028" });
    const [opened, given] = [signal<void>(), signal<void>()];
    const outlived = expect(
      deps.db.$transaction(
        async (tx) => {
          opened.resolve();
          await add(tx, 3);
          await given.promise;
          await add(tx, 4);
        },
        { timeout: 300 },
      ),
    ).rejects.toMatchObject({ code: "P2028" });
    await opened.promise;
    await expect.poll(openTransactions).toBe(0);
    given.resolve();
    await outlived;
    expect(await kept()).toEqual([{ id: 1 }]);
  });

  test("fails as the client fails", async () => {
    const again = inTransaction(async (tx) => {
      await add(tx, 1);
      await add(tx, 1);
    });
    await expect(again).rejects.toMatchObject({ name: "PrismaClientKnownRequestError", code: "P2010", meta: { driverAdapterError: { cause: { originalCode: "23505" } } } });
    await expect(again).rejects.toBeInstanceOf(Prisma.PrismaClientKnownRequestError);
    const shutDown = inTransaction(async (tx) => {
      const [{ pid }] = await tx.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
      const asleep = tx.$queryRaw`SELECT pg_sleep(60)`;
      await Promise.all([asleep, owner.query("SELECT pg_terminate_backend($1)", [pid])]);
    }).catch((error: unknown) => error);
    expect(isDatabaseAway(await shutDown)).toBe(true);
    expect(await kept()).toEqual([]);
  });

  test("is prepared once for each connection, and anew when a column changes beneath it", async () => {
    await owner.query(`CREATE TABLE IF NOT EXISTS reshaped (id int); GRANT ALL ON reshaped TO PUBLIC; INSERT INTO reshaped VALUES (7)`);
    const ask = () => inTransaction((tx) => tx.$queryRaw<{ id: unknown }[]>`SELECT id FROM reshaped`);
    for (let time = 0; time < 4; time += 1) expect(await ask()).toEqual([{ id: 7 }]);
    const [{ prepared }] = await inTransaction((tx) => tx.$queryRaw<[{ prepared: number }]>`SELECT count(*)::int AS prepared FROM pg_prepared_statements WHERE statement LIKE '%FROM reshaped%' AND statement NOT LIKE '%pg_prepared%'`);
    expect(prepared).toBe(1);
    await owner.query(`ALTER TABLE reshaped ALTER id TYPE text`);
    await expect(ask()).rejects.toMatchObject({ meta: { driverAdapterError: { cause: { originalCode: "0A000" } } } });
    for (let time = 0; time < 4; time += 1) expect(await ask()).toEqual([{ id: "7" }]);
  });

  test("is prepared, too, where it is put together of parts of which there are few", async () => {
    const ids = [newId(), newId()];
    const ask = (some: string[]) => inTransaction((tx) => tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM unnest(${ids}::uuid[]) AS few (id) WHERE few.id ${idIn(some)}`);
    const askAny = (some: string[]) => inTransaction((tx) => tx.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM unnest(${ids}::uuid[]) AS any_of (id) WHERE any_of.id IN (${Prisma.join(some.map((id) => Prisma.sql`${id}::uuid`))})`);
    for (const asked of [ask, askAny]) {
      expect(await asked([ids[0]!])).toEqual([{ n: 1 }]);
      expect(await asked([newId()])).toEqual([{ n: 0 }]);
      expect(await asked([...ids, newId()])).toEqual([{ n: 2 }]);
    }
    const prepared = (of: string) => inTransaction((tx) => tx.$queryRaw<{ n: number }[]>`SELECT count(DISTINCT name)::int AS n FROM pg_prepared_statements WHERE statement LIKE ${`%AS ${of} (id)%`}`);
    expect([await prepared("few"), await prepared("any_of")]).toEqual([[{ n: 2 }], [{ n: 0 }]]);
  });

  test("is one round trip for each statement", async () => {
    const sent = await rehearsed(() => inTransaction((tx) => tx.$queryRaw`SELECT 1`));
    expect(sent.map(({ text }) => text)).toEqual(["BEGIN", "SELECT 1", "COMMIT"]);
  });
});

describe("statements that are sent side by side in a transaction", () => {
  /** How many statements the driver still had when it was given each: it takes one at a time. */
  const waiting: number[] = [];
  beforeEach(() => {
    waiting.length = 0;
    const { query } = pg.Client.prototype as unknown as { query(...args: unknown[]): unknown };
    vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: Client, ...args: unknown[]) {
      waiting.push((this as unknown as { _queryQueue: unknown[] })._queryQueue.length);
      return query.apply(this, args) as never;
    });
  });
  afterEach(() => void vi.restoreAllMocks());

  test("reach the driver one after the other, also those by which relations are loaded", async () => {
    await aPlatform(deps);
    await inTransaction(async (tx) => {
      await tx.platform.findMany({ include: { features: true, policies: true, accounts: true, holidays: true } });
      await Promise.all([add(tx, 1), add(tx, 2), tx.platform.count(), kept(), tx.$queryRaw`SELECT 1`]);
    });
    expect(waiting.length).toBeGreaterThan(8);
    expect(waiting.filter((before) => before > 0)).toEqual([]);
    expect(await kept()).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("are refused one by one when one of them failed, and nobody hears of another's error", async () => {
    const outcomes = await inTransaction(async (tx) => {
      await add(tx, 1);
      return Promise.allSettled([add(tx, 1), add(tx, 2), tx.platform.count()]);
    }).catch((error: unknown) => error);
    expect(outcomes).toMatchObject([{ reason: { meta: { driverAdapterError: { cause: { originalCode: "23505" } } } } }, { reason: { meta: { driverAdapterError: { cause: { originalCode: "25P02" } } } } }, { status: "rejected" }]);
    expect(await kept()).toEqual([]);
  });
});

test("a client that the server opened has its pool in the pages' bundle too, which has modules of its own", async () => {
  vi.resetModules();
  const bundled = await import("~/infra/db.server");
  expect(bundled.poolOf).not.toBe(poolOf);
  expect((await bundled.poolOf(deps.db).query<{ one: number }>("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
