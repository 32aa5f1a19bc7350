import { afterAll, beforeAll, expect, test } from "vitest";
import { retryAfterOf, tooManyRequests, waitSentence } from "~/infra/http/rate-limit.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { startRedis } from "../support/redis";

let database: TestDatabase;
let one: TestDeps;
let other: TestDeps;

beforeAll(async () => {
  database = await testDatabase();
  one = await database.deps();
  other = await database.deps();
});
afterAll(() => database.close());

async function exhaust(deps: TestDeps, key: string): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (!(await deps.limits.take("report.address", key)).ok) return tries;
  }
  return Number.POSITIVE_INFINITY;
}

test("lets a caller through until the limit, then says how long to wait", async () => {
  expect(await exhaust(one, "198.51.100.7")).toBe(10);
  const refusal = await one.limits.take("report.address", "198.51.100.7");
  expect(refusal).toMatchObject({ ok: false, reason: "rate_limited" });
  if (refusal.ok) throw new Error("unreachable");
  expect(retryAfterOf(refusal)).toBeGreaterThan(3_000);
  expect(retryAfterOf(refusal)).toBeLessThanOrEqual(3_600);
});

test("counts for all processes together, and nobody else's tries", async () => {
  await exhaust(one, "203.0.113.5");
  expect((await other.limits.take("report.address", "203.0.113.5")).ok).toBe(false);
  expect((await other.limits.take("report.address", "203.0.113.6")).ok).toBe(true);
  expect((await other.limits.take("report.submit", "203.0.113.5")).ok).toBe(true);
});

test("counts parallel tries exactly", async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => (n % 2 ? one : other).limits.take("report.address", "parallel")));
  expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
});

test("takes an IPv6 network for one caller, however it is spelled", async () => {
  await exhaust(one, "2001:db8:7:1::1");
  expect((await one.limits.take("report.address", "2001:db8:7:1:abcd::2")).ok).toBe(false);
  expect((await one.limits.take("report.address", "2001:0DB8:0007:0001:0:0:0:3")).ok).toBe(false);
  expect((await one.limits.take("report.address", "2001:db8:7:2::1")).ok).toBe(true);
});

test("looks without counting, and forgets", async () => {
  for (let tries = 0; tries < 6; tries += 1) {
    expect((await one.limits.check("sign-in.second-factor", "ana")).ok).toBe(true);
    await one.limits.take("sign-in.second-factor", "ana");
  }
  expect((await one.limits.check("sign-in.second-factor", "ana")).ok).toBe(false);
  await one.limits.forget("sign-in.second-factor", "ana");
  expect((await one.limits.check("sign-in.second-factor", "ana")).ok).toBe(true);
});

test("keeps no address in clear", async () => {
  await one.limits.take("report.submit", "192.0.2.99");
  const rows = await one.db.rateLimit.findMany();
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows.map((row) => row.key))).not.toContain("192.0.2");
});

test("the page that says so carries Retry-After and plain words", async () => {
  const response = tooManyRequests({ detail: { retryAfterSeconds: 125 } });
  expect([response.status, response.headers.get("Retry-After")]).toEqual([429, "125"]);
  expect(await response.json()).toMatchObject({ sentence: expect.stringContaining("Wait 3 minutes") as string });
  expect(waitSentence(1, "es")).toContain("Espere 1 minuto ");
});

test("counts the same on Redis", async () => {
  const redis = await startRedis();
  const onRedis = await database.deps("2026-11-20T21:00:00Z", { REDIS_URL: redis.url });
  const other = await database.deps("2026-11-20T21:00:00Z", { REDIS_URL: redis.url });
  try {
    await redis.flush();
    expect(await exhaust(onRedis, "198.51.100.99")).toBe(10);
    expect(await other.limits.take("report.address", "198.51.100.99")).toMatchObject({ ok: false, reason: "rate_limited" });
    expect((await one.limits.take("report.address", "198.51.100.99")).ok).toBe(true);
  } finally {
    await Promise.all([onRedis.limits.close(), other.limits.close()]);
    await redis.close();
  }
});
