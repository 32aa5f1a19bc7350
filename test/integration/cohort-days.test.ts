import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { poolOf } from "~/infra/db.server";
import { countCohortDays } from "~/modules/signals/count-cohort-days.server";
import { keepEventPartitions } from "~/modules/signals/keep-event-partitions.server";
import type { EventTail } from "~/modules/signals/tail/event-tail.server";
import { createAccount } from "../factories/account";
import { onCluster } from "../support/cluster.setup";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { aTail } from "../support/tailing";
import { rawRequest, startWeb, type Web } from "../support/web";

let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let platformId: string;
let bearer: { authorization: string };
const tails: EventTail[] = [];

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-16T12:00:00Z");
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
});
afterEach(async () => {
  for (const tail of tails.splice(0)) await tail.leave();
});
afterAll(async () => {
  await web.close();
  await database.close();
});

async function post(events: object[]): Promise<void> {
  for (let from = 0; from < events.length; from += 1_000) {
    const { status, text } = await rawRequest(web.port, { method: "POST", path: "/api/v1/events", body: JSON.stringify(events.slice(from, from + 1_000)), headers: { "content-type": "application/json", ...bearer } });
    expect({ status, rejected: (JSON.parse(text) as { rejected: unknown }).rejected }).toEqual({ status: 202, rejected: [] });
  }
}

/** What a platform expects where nothing is known, as the rule weighs it. */
const usual = 5_000 * 0.005;
const contact = (n: number) => `+13075${String(n).padStart(6, "0")}`;
const deliveries = (account: string, at: string, count: number, category = "marketing") => Array.from({ length: count }, (_, n) => anEvent(account, at, { type: "message.delivered", category, contact: contact(n) }));
const optOuts = (account: string, at: string, count: number) => Array.from({ length: count }, (_, n) => anEvent(account, at, { type: "opt_out", category: undefined, contact: contact(n) }));

async function counted(): Promise<[string, number, number][]> {
  const { rows } = await poolOf(deps.db).query<{ day: string; delivered: string; opt_outs: string }>(
    "SELECT day::text AS day, delivered, opt_outs FROM stream.cohort_day WHERE platform_id = $1 AND delivered + opt_outs > 0 ORDER BY day",
    [platformId],
  );
  return rows.map(({ day, delivered, opt_outs }) => [day, Number(delivered), Number(opt_outs)]);
}

async function tailing() {
  const tail = await aTail(deps);
  tails.push(tail);
  return tail;
}

const spikesOf = async (accountId: string) =>
  (await deps.db.signal.findMany({ where: { accountId, rule: "opt_out_spike", retractedAt: null } })).map(({ id: _id, createdAt: _created, updatedAt: _updated, caseId: _case, ...signal }) => signal);

test("a day is counted once, when nothing can come for it any more, and stays as it was counted", async () => {
  const one = await createAccount(deps.db, { platformId });
  const other = await createAccount(deps.db, { platformId });
  await post([...deliveries(one.externalId, "2026-11-16T00:00:00Z", 900), ...deliveries(other.externalId, "2026-11-16T11:59:59.999Z", 100), ...optOuts(one.externalId, "2026-11-16T10:00:00Z", 30), ...deliveries(one.externalId, "2026-11-16T10:00:00Z", 7, "transactional")]);
  await post(deliveries(one.externalId, "2026-11-15T23:59:59.999Z", 3));

  deps.clock.set("2026-11-20T00:59:59Z");
  await countCohortDays(deps);
  expect(await counted()).toEqual([["2026-11-15", 3, 0]]);

  deps.clock.set("2026-11-20T01:00:00Z");
  await Promise.all([countCohortDays(deps), countCohortDays(deps), countCohortDays(deps)]);
  expect(await counted()).toEqual([
    ["2026-11-15", 3, 0],
    ["2026-11-16", 1_000, 30],
  ]);
  expect(await countCohortDays(deps)).toBe(0);

  deps.clock.set("2026-11-16T12:00:00Z");
  await post(deliveries(one.externalId, "2026-11-16T01:00:00Z", 5));
  deps.clock.set("2026-11-20T01:00:00Z");
  expect(await countCohortDays(deps)).toBe(0);
  expect(await counted()).toContainEqual(["2026-11-16", 1_000, 30]);
  await expect(deps.db.$executeRawUnsafe("UPDATE stream.cohort_day SET delivered = 0")).rejects.toThrow(/permission denied/);
});

test("a spike is measured by what other accounts had, also by who begins anew with nothing left to count", async () => {
  const account = await createAccount(deps.db, { platformId });
  deps.clock.set("2026-11-22T12:00:00Z");
  await keepEventPartitions(deps);
  const tail = await tailing();
  await post([...deliveries(account.externalId, "2026-11-22T09:00:00Z", 900), ...optOuts(account.externalId, "2026-11-22T09:30:00Z", 200)]);
  await tail.settle();
  const [spike] = await spikesOf(account.id);
  expect((spike!.measures as { cohort_share: number }).cohort_share).toBeCloseTo((30 + usual) / (1_003 + 5_000), 12);
  await tail.leave();
  tails.splice(0);

  const pool = poolOf(deps.db);
  await onCluster(database.url, "DELETE FROM stream.message_event WHERE occurred_at < '2026-11-18'");
  await pool.query("UPDATE stream.tail_shard SET holder = NULL, place = '0', judged = '0', since = '-infinity'");
  await pool.query("DELETE FROM stream.tail_clock");
  await pool.query("DELETE FROM stream.account_memory");
  const next = await tailing();
  await next.settle();
  expect(await spikesOf(account.id)).toEqual([spike]);
});

test("whoever judges counts a closed day first, if no schedule did", async () => {
  const account = await createAccount(deps.db, { platformId });
  deps.clock.set("2026-11-22T12:00:00Z");
  const tail = await tailing();
  await post(deliveries(account.externalId, "2026-11-22T11:00:00Z", 10));
  await tail.settle();
  deps.clock.set("2026-11-28T12:00:00Z");
  await keepEventPartitions(deps);
  await post([...deliveries(account.externalId, "2026-11-28T09:00:00Z", 900), ...optOuts(account.externalId, "2026-11-28T09:30:00Z", 200)]);
  await tail.settle();
  expect((await counted()).at(-1)).toEqual(["2026-11-22", 910, 200]);
  const [spike] = await spikesOf(account.id);
  const { cohort_share: share } = spike!.measures as { cohort_share: number };
  expect(share).toBeCloseTo((230 + usual) / (1_913 + 5_000), 12);
});
