import { afterAll, beforeAll, expect, test } from "vitest";
import { poolOf } from "~/infra/db.server";
import { openEventIntake, type EventIntake } from "~/modules/signals/event-intake.server";
import { keepEventPartitions } from "~/modules/signals/keep-event-partitions.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aSender, storedEvents } from "../support/sending";

const start = "2026-10-01T12:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let intake: EventIntake;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(start);
  intake = openEventIntake(deps);
});
afterAll(async () => {
  await intake.close();
  await database.close();
});

const partitions = async (parent: string): Promise<string[]> =>
  (await poolOf(deps.db).query<{ name: string }>("SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = $1::regclass ORDER BY 1", [parent])).rows.map(({ name }) => name);
const days = async () => (await partitions("stream.message_event")).map((name) => name.slice(-8));
const ago = (hours: number) => deps.clock().minus({ hours }).toISO()!;
const failure = (sql: string) => poolOf(deps.db).query(sql).then(() => "nothing", (error: { code: string }) => error.code);

test("an event for whose day and week nothing was prepared is taken all the same", async () => {
  const sender = await aSender(deps);
  expect(await days()).not.toContain("20261001");
  const taken = await intake.take(sender.platformId, [anEvent(sender.account, ago(0)), anEvent(sender.account, ago(71.9))]);
  expect(taken).toMatchObject({ ok: true, accepted: 2 });
  expect(await storedEvents(deps, sender.platformId)).toHaveLength(2);
  expect(await days()).toEqual(expect.arrayContaining(["20260928", "20261001"]));
});

test("two processes that miss the same day at once both take what came in", async () => {
  deps.clock.set("2026-10-20T12:00:00.000Z");
  const second = openEventIntake(await database.deps("2026-10-20T12:00:00.000Z"));
  const sender = await aSender(deps);
  const taken = await Promise.all([intake, second].map((one) => one.take(sender.platformId, [anEvent(sender.account, ago(1))])));
  expect(taken).toMatchObject([{ accepted: 1 }, { accepted: 1 }]);
  await second.close();
});

test("the days to come are made and those that are over dropped, each once, however often and by whom", async () => {
  deps.clock.set("2026-11-05T23:59:59.000Z");
  const leaves = async () => new Set([...(await partitions("stream.message_event")), ...(await partitions("stream.event_key"))]);
  const before = await leaves();
  const others = await Promise.all([1, 2, 3].map(() => database.deps("2026-11-05T23:59:59.000Z")));
  const counts = await Promise.all([deps, ...others].map(keepEventPartitions));
  const after = await leaves();
  expect(await days()).toEqual(expect.arrayContaining(["20261102", "20261105", "20261112"]));
  const [made, dropped] = [[...after].filter((leaf) => !before.has(leaf)), [...before].filter((leaf) => !after.has(leaf))];
  expect([made.length > 0, dropped.length > 0]).toEqual([true, true]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(made.length + dropped.length);
  expect(await keepEventPartitions(deps)).toBe(0);
});

test("what no platform keeps any longer goes; a platform that keeps less is forgotten from the days that stay", async () => {
  deps.clock.set("2026-12-01T12:00:00.000Z");
  const [brief, lasting] = [await aSender(deps), await aSender(deps)];
  await deps.db.platform.update({ where: { id: lasting.platformId }, data: { eventRetentionDays: 60 } });
  for (const sender of [brief, lasting]) await intake.take(sender.platformId, [anEvent(sender.account, ago(0)), anEvent(sender.account, ago(30))]);
  const left = async () => [(await storedEvents(deps, brief.platformId)).length, (await storedEvents(deps, lasting.platformId)).length];

  deps.clock.set("2027-01-05T12:00:00.000Z");
  await keepEventPartitions(deps);
  expect(await left()).toEqual([1, 2]);
  deps.clock.set("2027-01-06T12:00:00.000Z");
  await keepEventPartitions(deps);
  expect(await left()).toEqual([0, 2]);
  deps.clock.set("2027-01-30T12:00:00.000Z");
  await keepEventPartitions(deps);
  expect(await left()).toEqual([0, 1]);
  deps.clock.set("2027-01-31T00:00:00.000Z");
  await keepEventPartitions(deps);
  expect(await left()).toEqual([0, 0]);
  expect((await days()).every((day) => day >= "20261202")).toBe(true);
  expect(await partitions("stream.event_key")).toHaveLength(3);
});

test("a partition that somebody reads is left for the next run, which does not wait for it", async () => {
  deps.clock.set("2027-06-01T12:00:00.000Z");
  const before = await days();
  const reader = await poolOf(deps.db).connect();
  try {
    await reader.query("BEGIN");
    await reader.query("SELECT count(*) FROM stream.message_event");
    await keepEventPartitions(deps);
    expect(await days()).toEqual(expect.arrayContaining(before));
    await reader.query("COMMIT");
  } finally {
    reader.release();
  }
  await keepEventPartitions(deps);
  expect((await days()).filter((day) => before.includes(day))).toEqual([]);
});

test("the product's role adds and reads, and can take nothing back", async () => {
  expect(await failure("UPDATE stream.message_event SET type = 1")).toBe("42501");
  expect(await failure("DELETE FROM stream.message_event")).toBe("42501");
  expect(await failure("DELETE FROM stream.event_key")).toBe("42501");
  expect(await failure("CREATE TABLE stream.mine (id int)")).toBe("42501");
  expect(await failure("SELECT stream.drop_before('message_event', 'z')")).toBe("42501");
});

test("events cannot be kept for less time than the rules look back", async () => {
  const sender = await aSender(deps);
  await expect(deps.db.platform.update({ where: { id: sender.platformId }, data: { eventRetentionDays: 31 } })).rejects.toThrow(/platform_event_retention/);
});

test("an account keeps the id that events are known by", async () => {
  const sender = await aSender(deps);
  await expect(deps.db.account.update({ where: { id: sender.accountId }, data: { externalId: "another" } })).rejects.toThrow(/keeps its platform and its id/);
  await deps.db.account.update({ where: { id: sender.accountId }, data: { externalId: sender.account, businessName: "Renamed" } });
});
