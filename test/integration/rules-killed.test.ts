import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { openQueues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { ruleVersion } from "~/modules/signals/rules/default-rules";
import { startBacktest } from "~/modules/signals/start-backtest.server";
import { createAccount } from "../factories/account";
import { must } from "../factories/appealed";
import { createStaff } from "../factories/staff";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { startRedis, type TestRedis } from "../support/redis";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { killVictims, startVictim } from "../support/victims";
import { startWeb, type Web } from "../support/web";

const soon = { timeout: 60_000, interval: 50 };
let redis: TestRedis | null = null;
let database: TestDatabase;
let deps: Deps;
let env: Record<string, string>;
let web: Web;
let platformId: string;
let bearer: { authorization: string };

afterEach(async () => {
  killVictims();
  await web.close();
  await closeDeps(deps);
  await database.close();
});
afterAll(() => redis?.close());

async function begin(): Promise<void> {
  await redis?.flush();
  database = await testDatabase();
  env = { ...testEnvironment(database.url, "/nonexistent"), SMTP_URL: "smtp://127.0.0.1:1", ...(redis ? { REDIS_URL: redis.url } : {}) };
  deps = await buildDeps(loadConfig(env), "test", systemClock);
  await (await openQueues(deps.config, deps.log)).close();
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
}

let nextContact = 0;
/** By day where the contact lives, and days ago on any clock. */
const breach = (account: string): object =>
  anEvent(account, deps.clock().toUTC().startOf("day").minus({ days: 2 }).plus({ hours: 20 }).toISO()!, { businessName: "Zenith", hasOptOutInstructions: true, contact: `+13075${String((nextContact += 1)).padStart(6, "0")}` });

async function post(events: object[]): Promise<void> {
  const answer = await fetch(`${web.origin}/api/v1/events`, { method: "POST", headers: { "content-type": "application/json", ...bearer }, body: JSON.stringify(events) });
  expect(await answer.json()).toMatchObject({ accepted: events.length, rejected: [] });
}

/** A worker is stopped at a statement, killed there, and another one started. */
async function killedAt(place: RoadblockPlace, cause: () => Promise<unknown>): Promise<void> {
  const block = await roadblock(database.url, place);
  const victim = await startVictim(env, "judge");
  await victim.ready;
  await cause();
  await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
  await victim.kill();
  await block.clear();
  await block.lift();
  await startVictim(env, "judge");
}

describe("from events to a rule's proposal, with the worker killed where", { timeout: 180_000 }, () => {
  beforeEach(begin);

  /** A version that was set days ago, so that what is sent now is judged by it whatever the time of day. */
  async function proposing(): Promise<void> {
    const { code } = await deps.db.feature.findFirstOrThrow({ where: { platformId, retiredAt: null } });
    const set = deps.clock().minus({ days: 5 }).toJSDate();
    await deps.db.signalRuleVersion.create({ data: { id: newId(), platformId, rule: "missing_consent", version: 2, mode: "signal_and_interim", parameters: {}, interimFeatures: [code], interimDays: 5, automatedClause: "CF-AUP-4.1.b", effectiveFrom: set, reason: "It cannot wait.", setById: newId(), createdAt: set } });
    await deps.db.platform.update({ where: { id: platformId }, data: { rulesRevision: { increment: 1 } } });
  }

  test.each<[string, RoadblockPlace]>([
    ["the signal stands on its case, and what follows from it is not staged", { table: "outbox_message", on: "INSERT", when: "NEW.topic = 'signal.measure'" }],
    ["the proposal is written, its case not told", { table: "case_event", on: "INSERT", when: "NEW.kind = 'rule_proposed'" }],
  ])("%s", async (_what, place) => {
    await proposing();
    const account = await createAccount(deps.db, { platformId });
    await killedAt(place, () => post(Array.from({ length: 12 }, () => breach(account.externalId))));
    await expect.poll(() => deps.db.signal.count({ where: { accountId: account.id, measureDue: false, measure: { isNot: null } } }), soon).toBe(1);
    const [signal, ...others] = await deps.db.signal.findMany({ where: { accountId: account.id }, include: { measure: true, case: { select: { id: true, signalCount: true } } } });
    expect(others).toEqual([]);
    expect(signal).toMatchObject({ rule: "missing_consent", ruleVersion: 2, mode: "signal_and_interim", case: { signalCount: 1 }, measure: { state: "waiting", automationId: null, actionId: null } });
    const told = await deps.db.caseEvent.findMany({ where: { caseId: signal!.case!.id }, orderBy: { id: "asc" }, select: { kind: true } });
    expect(told.map(({ kind }) => kind)).toEqual(["opened", "signal_attached", "rule_proposed"]);
    expect(await deps.db.auditEntry.count({ where: { accountId: account.id, type: "rule.measure_proposed" } })).toBe(1);
    expect(await deps.db.action.count({ where: { accountId: account.id } })).toBe(0);
    expect((await verifyChain(deps)).ok).toBe(true);
  });
});

describe.each(["postgres", "redis"] as const)("a back-test whose worker is killed in the middle of it, BullMQ on %s", { timeout: 180_000 }, (backend) => {
  beforeAll(async () => {
    redis = backend === "redis" ? await startRedis() : null;
  });
  beforeEach(begin);

  test("goes on where its rows stand, and comes to what one comes to that nobody disturbed", async () => {
    const pia = await createStaff(deps.db, ["policy_manager"], "Pia");
    const accounts = await Promise.all(Array.from({ length: 30 }, () => createAccount(deps.db, { platformId })));
    await post(accounts.flatMap(({ externalId }, n) => Array.from({ length: 1 + (n % 4) }, () => breach(externalId))));
    const { zone } = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
    const today = deps.clock().setZone(zone);
    const asked = { platformKey: "customerflows", rule: "missing_consent", mode: "signal", parameters: ruleVersion("missing_consent").parameters, firstDay: today.minus({ days: 4 }).toISODate()!, lastDay: today.minus({ days: 1 }).toISODate()! } as unknown as Parameters<typeof startBacktest>[2];
    const ids: string[] = [];
    const start = async () => void ids.push(must(await startBacktest(deps, pia, asked)).backtestId);
    // What had fired is a part of the result: the live rules are to be done with it.
    const judged = () => expect.poll(() => deps.db.signal.count(), soon).toBe(accounts.length);
    await killedAt({ table: "rule_backtest", on: "UPDATE", when: "NEW.shards_done = 30" }, () => judged().then(start));
    const over = (id: string) => expect.poll(async () => (await deps.db.ruleBacktest.findUniqueOrThrow({ where: { id } })).state, soon).toBe("finished");
    await over(ids[0]!);
    await start();
    await over(ids[1]!);
    const [disturbed, alone] = await Promise.all(ids.map((id) => deps.db.ruleBacktest.findUniqueOrThrow({ where: { id }, include: { accounts: { orderBy: { accountId: "asc" }, omit: { backtestId: true } } } })));
    expect(disturbed!.accounts).toHaveLength(accounts.length);
    expect([disturbed!.totals, disturbed!.accounts, disturbed!.shardsDone]).toEqual([alone!.totals, alone!.accounts, alone!.shardsDone]);
    expect(await deps.db.auditEntry.count({ where: { type: "backtest.finished", body: { contains: ids[0]! } } })).toBe(1);
  });
});
