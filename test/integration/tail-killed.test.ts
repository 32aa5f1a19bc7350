import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { loadConfig } from "~/infra/config.server";
import { poolOf } from "~/infra/db.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { openQueues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { releaseAccount } from "~/modules/signals/release-account.server";
import { createAccount } from "../factories/account";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { killVictims, startVictim } from "../support/victims";
import { startWeb, type Web } from "../support/web";

const soon = { timeout: 60_000, interval: 50 };
const accounts = 40;

/** Where a worker is stopped and killed while it writes down what it found. */
const places: [string, RoadblockPlace][] = [
  ["findings are written, their signals are not", { table: "signal", on: "INSERT" }],
  ["signals are written, their proof is not", { table: "signal_event", on: "INSERT" }],
  ["a signal has its case, the commit links the audit entry", { table: "audit_link", on: "INSERT", when: "NEW.seq > 3" }],
  ["memory is saved, the clock is not", { table: "stream.tail_clock", on: "INSERT" }],
];

let database: TestDatabase;
let deps: Deps;
let env: Record<string, string>;
let web: Web;
let platformId: string;
let bearer: { authorization: string };

beforeEach(async () => {
  database = await testDatabase();
  env = { ...testEnvironment(database.url, "/nonexistent"), SMTP_URL: "smtp://127.0.0.1:1" };
  deps = await buildDeps(loadConfig(env), "test", systemClock);
  await (await openQueues(deps.config, deps.log)).close();
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
});
afterEach(async () => {
  killVictims();
  await web.close();
  await closeDeps(deps);
  await database.close();
});

async function post(events: object[]): Promise<void> {
  const answer = await fetch(`${web.origin}/api/v1/events`, { method: "POST", headers: { "content-type": "application/json", ...bearer }, body: JSON.stringify(events) });
  expect(await answer.json()).toMatchObject({ accepted: events.length, rejected: [] });
}

interface Sent {
  accountId: string;
  externalId: string;
  breaches: string[];
}

const ago = (seconds: number) => deps.clock().minus({ hours: 10, seconds }).toISO()!;
const named = { businessName: "Zenith", hasOptOutInstructions: true };
let contact = 0;
const aContact = () => `+13075${String((contact += 1) % 1_000_000).padStart(6, "0")}`;

const cast = (): Promise<Sent[]> =>
  Promise.all(Array.from({ length: accounts }, async () => createAccount(deps.db, { platformId }).then(({ id, externalId }) => ({ accountId: id, externalId, breaches: [] }))));

/** Marketing without consent, to somebody new each time. */
function breach(sent: Sent): object {
  const event = anEvent(sent.externalId, ago(contact), { ...named, contact: aContact(), templateId: "promo", templateApproved: false });
  sent.breaches.push(event.id);
  return event;
}

const recorded = async () => {
  const signals = await deps.db.signal.findMany({ where: { rule: "unapproved_template", retractedAt: null }, select: { accountId: true, eventIds: true, dedupeKey: true } });
  const byAccount = new Map<string, string[]>();
  for (const { accountId, eventIds } of signals) byAccount.set(accountId, [...(byAccount.get(accountId) ?? []), ...eventIds]);
  return byAccount;
};

const wanted = (sent: readonly Sent[]) => new Map(sent.map(({ accountId, breaches }) => [accountId, [...breaches].sort()]));
const sorted = (found: Map<string, string[]>) => new Map([...found].map(([id, events]) => [id, [...events].sort()]));

/** Nothing lost, nothing twice: signals, their copies, what cases count, and one entry for each that was recorded. */
async function isWhole(sent: readonly Sent[]): Promise<void> {
  await expect.poll(async () => [...(await recorded()).values()].reduce((sum, { length }) => sum + length, 0), soon).toBe(sent.reduce((sum, { breaches }) => sum + breaches.length, 0));
  expect(sorted(await recorded())).toEqual(new Map([...wanted(sent)].filter(([, breaches]) => breaches.length > 0)));
  const signals = await deps.db.signal.findMany({ select: { id: true, caseId: true, _count: { select: { events: true } }, eventIds: true } });
  expect(signals.filter(({ eventIds, _count }) => _count.events !== Math.min(50, eventIds.length))).toEqual([]);
  for (const { id, signalCount } of await deps.db.case.findMany({ select: { id: true, signalCount: true } })) expect(signals.filter(({ caseId }) => caseId === id)).toHaveLength(signalCount);
  const entries = await deps.db.auditEntry.groupBy({ by: ["type"], where: { type: { in: ["signal.recorded", "case.signal_attached"] } }, _count: true, orderBy: { type: "asc" } });
  expect(entries.map(({ type, _count }) => [type, _count])).toEqual([
    ["case.signal_attached", signals.filter(({ caseId }) => caseId).length],
    ["signal.recorded", signals.length],
  ]);
  expect((await verifyChain(deps)).ok).toBe(true);
}

const shardsHeld = async (): Promise<number[]> => {
  const { rows } = await poolOf(deps.db).query<{ count: number }>("SELECT count(*)::int AS count FROM stream.tail_shard WHERE holder IS NOT NULL AND held_until > clock_timestamp() GROUP BY holder ORDER BY 1");
  return rows.map(({ count }) => count);
};

describe("a worker killed with SIGKILL while it writes what it found", { timeout: 180_000 }, () => {
  test.each(places)("%s", async (_what, place) => {
    const sent = await cast();
    const block = await roadblock(database.url, place);
    const victim = await startVictim(env, "judge");
    await victim.ready;
    for (let round = 0; round < 3; round += 1) await post(sent.flatMap((account) => [breach(account), breach(account)]));
    await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
    await victim.kill();
    await block.clear();
    await block.lift();
    await post(sent.map(breach));
    await startVictim(env, "judge");
    await isWhole(sent);
  });
});

test("two workers share the shards; one after another is killed at random while events flow, and no signal is lost or doubled", { timeout: 240_000 }, async () => {
  const sent = await cast();
  let victims = [await startVictim(env, "judge"), await startVictim(env, "judge")];
  await expect.poll(shardsHeld, soon).toEqual([32, 32]);
  for (let life = 0; life < 3; life += 1) {
    const flow = (async () => {
      for (let batch = 0; batch < 25; batch += 1) {
        await post(Array.from({ length: 40 }, () => breach(sent[Math.floor(Math.random() * accounts)]!)));
        await sleep(10);
      }
    })();
    await sleep(Math.random() * 600);
    await victims[0]!.kill();
    victims = [victims[1]!, await startVictim(env, "judge")];
    await flow;
  }
  await isWhole(sent);
  await expect.poll(shardsHeld, soon).toEqual([32, 32]);
});

test("a worker killed while it sets an account aside, and another while it takes it in again: the others go on, and nothing is lost or doubled", { timeout: 180_000 }, async () => {
  const sent = await cast();
  const [bad, ...others] = sent;
  const pool = poolOf(deps.db);
  const aside = async () => (await pool.query<{ id: string }>("SELECT account_id AS id FROM stream.quarantined_account")).rows.map(({ id }) => id);
  const owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one'; END $$;
    CREATE TRIGGER refuse_one BEFORE INSERT ON signal FOR EACH ROW WHEN (NEW.account_id = '${bad!.accountId}') EXECUTE FUNCTION refuse_one()`);
  const killedAt = async (place: RoadblockPlace, cause: () => Promise<unknown>): Promise<void> => {
    const block = await roadblock(database.url, place);
    const victim = await startVictim(env, "judge");
    await victim.ready;
    await cause();
    await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
    await victim.kill();
    await block.clear();
    await block.lift();
  };
  await killedAt({ table: "stream.quarantined_account", on: "INSERT" }, () => post(sent.flatMap((account) => [breach(account), breach(account)])));
  expect(await aside()).toEqual([]);
  const second = await startVictim(env, "judge");
  await expect.poll(aside, soon).toEqual([bad!.accountId]);
  await post(sent.map(breach));
  await expect.poll(async () => (await recorded()).size, soon).toBe(others.length);
  await second.kill();

  await owner.query("DROP FUNCTION refuse_one CASCADE");
  await owner.end();
  await killedAt({ table: "stream.account_memory", on: "INSERT", when: `NEW.account_id = '${bad!.accountId}'` }, () => releaseAccount(deps, { kind: "system", name: "operator" }, { accountId: bad!.accountId }));
  expect(await aside()).toEqual([bad!.accountId]);
  await post(sent.map(breach));
  await startVictim(env, "judge");
  await expect.poll(aside, soon).toEqual([]);
  await isWhole(sent);
});
