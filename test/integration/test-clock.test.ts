import { setTimeout as sleep } from "node:timers/promises";
import { DateTime, Duration } from "luxon";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { moveTestClock, openClock, type OpenClock } from "~/infra/clock.server";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { createLogger } from "~/infra/log.server";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { startWeb, type Web } from "../support/web";

const log = createLogger({ level: "silent", name: "test" });

let database: TestDatabase;
let deps: Deps;
let web: Web;
let other: OpenClock;

beforeAll(async () => {
  database = await testDatabase();
  deps = await buildDeps(loadConfig({ ...testEnvironment(database.url, "/nonexistent"), TEST_CLOCK: "1" }), "test");
  web = await startWeb(deps);
  other = await openClock({ testClock: true, production: false, databaseUrl: database.url }, log);
});

afterAll(async () => {
  await web.close();
  await other.close();
  await closeDeps(deps);
  await database.close();
});

const ahead = (clock: () => DateTime) => clock().diffNow().as("days");

async function eventually(holds: () => boolean): Promise<void> {
  const giveUp = Date.now() + 5_000;
  while (!holds() && Date.now() < giveUp) await sleep(10);
  expect(holds()).toBe(true);
}

test("POST /test/clock answers once this process follows, and the others follow too", async () => {
  const response = await web.post("/test/clock", { advance: "31d" });
  expect(response.status).toBe(200);
  expect(ahead(deps.clock)).toBeCloseTo(31, 3);
  const { now } = (await response.json()) as { now: string };
  expect(Math.abs(deps.clock().diff(DateTime.fromISO(now)).toMillis())).toBeLessThan(2_000);
  await eventually(() => ahead(other.clock) > 30.9);
});

test("it is set to an instant, with its offset", async () => {
  const target = deps.clock().plus({ days: 2 }).setZone("America/Denver");
  expect((await web.post("/test/clock", { set: target.toISO() })).status).toBe(200);
  expect(Math.abs(deps.clock().diff(target).toMillis())).toBeLessThan(2_000);
});

test("a process that starts later begins where the others are", async () => {
  const late = await openClock({ testClock: true, production: false, databaseUrl: database.url }, log);
  expect(Math.abs(late.clock().diff(deps.clock()).toMillis())).toBeLessThan(500);
  await late.close();
});

test("two that move it at once are both counted", async () => {
  const before = deps.clock();
  const moves = await Promise.all([1, 2, 3, 4].map(() => web.post("/test/clock", { advance: "1h" })));
  expect(moves.map((move) => move.status)).toEqual([200, 200, 200, 200]);
  expect(deps.clock().diff(before).as("hours")).toBeCloseTo(4, 1);
});

test("a lost connection is opened again and nothing is missed", async () => {
  const before = deps.clock();
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  const killed = await owner.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'trust-safety-console test clock'`,
  );
  await owner.end();
  expect(killed.rowCount).toBe(2);
  await moveTestClock(deps, { advance: Duration.fromObject({ days: 1 }) as Duration<true> });
  await eventually(() => other.clock().diff(before).as("days") > 0.9);
});

test.each([
  ["backward", { set: "2020-01-01T00:00:00Z" }, 409],
  ["a span that is none", { advance: "soon" }, 400],
  ["a span below zero", { advance: "-31d" }, 400],
  ["a date with no offset", { set: "2030-01-01T00:00:00" }, 400],
  ["a day that does not exist", { set: "2030-02-30T00:00:00Z" }, 400],
  ["both", { advance: "1d", set: "2030-01-01T00:00:00Z" }, 400],
  ["neither", {}, 400],
  ["something else", { advance: "1d", rewind: true }, 400],
  ["no object", "31d", 400],
])("%s is refused and the clock stays", async (_why, body, status) => {
  const before = deps.clock();
  expect((await web.post("/test/clock", body)).status).toBe(status);
  expect(deps.clock().diff(before).as("seconds")).toBeLessThan(10);
});

test("without TEST_CLOCK there is no such address, and nobody can move time", async () => {
  const plain = await database.deps();
  const real = await startWeb(plain);
  expect((await real.post("/test/clock", { advance: "1d" })).status).toBe(404);
  expect(await moveTestClock(plain, { advance: Duration.fromObject({ days: 1 }) as Duration<true> })).toEqual({ ok: false, reason: "test_clock_off" });
  await real.close();
});

test("production refuses the test clock", async () => {
  await expect(openClock({ testClock: true, production: true, databaseUrl: database.url }, log)).rejects.toThrow("refused in production");
});
