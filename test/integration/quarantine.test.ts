import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { shardCount, shardOf } from "~/modules/signals/event-codes";
import { accountsSetAside, countSetAside, shardsBehind } from "~/modules/signals/lateness.queries.server";
import { releaseAccount } from "~/modules/signals/release-account.server";
import { completeProof } from "~/modules/signals/tail/complete-proof.server";
import type { EventTail } from "~/modules/signals/tail/event-tail.server";
import { forgetFindings } from "~/modules/signals/tail/forget-findings.server";
import { mostAnHour, triesBefore } from "~/modules/signals/tail/set-failing-aside.server";
import { createAccount } from "../factories/account";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aPlatformWithRules } from "../support/sending";
import { aTailAtRest } from "../support/tailing";
import { rawRequest, startWeb, type Web } from "../support/web";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let owner: Client;
let platformId: string;
let bearer: { authorization: string };
const tails: EventTail[] = [];

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId, bearer } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
  owner = new Client({ connectionString: database.url });
  await owner.connect();
});
afterEach(async () => {
  for (const tail of tails.splice(0)) await tail.leave();
  await owner.query("DROP FUNCTION IF EXISTS refuse_some CASCADE; DELETE FROM stream.quarantined_account");
});
afterAll(async () => {
  await owner.end();
  await web.close();
  await database.close();
});

const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();
const good = { businessName: "Zenith", hasOptOutInstructions: true, consent: { method: "website_form", at: "2026-01-01T00:00:00Z" } };
let nextContact = 0;
const aContact = () => `+13075${String((nextContact += 1)).padStart(6, "0")}`;
type Account = Awaited<ReturnType<typeof createAccount>>;

let nextShard = 0;

/** Accounts whose events one worker judges together, in a shard that no other test has used. */
async function accountsOfOneShard(count: number): Promise<Account[]> {
  const ids: string[] = [];
  for (const shard = nextShard++; ids.length < count; ) {
    const id = newId();
    if (shardOf(id) === shard) ids.push(id);
  }
  return Promise.all(ids.map((id) => createAccount(deps.db, { id, platformId })));
}

async function post(events: object[]): Promise<void> {
  const { status, text } = await rawRequest(web.port, { method: "POST", path: "/api/v1/events", body: JSON.stringify(events), headers: { "content-type": "application/json", ...bearer } });
  expect({ status, rejected: (JSON.parse(text) as { rejected: unknown }).rejected }).toEqual({ status: 202, rejected: [] });
}

const breach = (account: Account, minutes: number) => anEvent(account.externalId, ago(minutes), { ...good, contact: aContact(), consent: undefined });

function aTail(saveEveryMs = 0) {
  const tail = aTailAtRest(deps, { saveEveryMs });
  tails.push(tail);
  return tail;
}

/** As the worker does it, some rounds long: takes what is free, and judges what is there. */
async function work(tail: ReturnType<typeof aTail>, rounds = triesBefore + 2): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await tail.renew();
    await tail.share();
    await tail.look();
    await tail.settle();
  }
}

const breachesOf = async (account: Account) =>
  (await deps.db.signal.findMany({ where: { accountId: account.id, retractedAt: null }, orderBy: { dedupeKey: "asc" } })).map(({ rule, measures, eventIds }) => [rule, (measures as { breaches: number }).breaches, eventIds.length]);
const aside = async () => (await poolOf(deps.db).query<{ id: string; reason: string; times: number }>("SELECT account_id AS id, reason, times FROM stream.quarantined_account ORDER BY 1")).rows;
const auditOf = async (account: Account) => (await deps.db.auditEntry.findMany({ where: { accountId: account.id, type: { startsWith: "account.q" } }, orderBy: { id: "asc" } })).map(({ type }) => type);

/** PostgreSQL refuses what is written of some accounts: no part of ours knows that it is a test. */
const refuse = (accounts: readonly Account[], table = "signal") =>
  owner.query(`CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not +13075550199' USING ERRCODE = 'P0001'; END $$;
    CREATE TRIGGER refuse_some BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (NEW.account_id IN (${accounts.map(({ id }) => `'${id}'`).join(", ")})) EXECUTE FUNCTION refuse_some()`);
/** What is written of them takes longer than any limit that is set. */
const hold = (accounts: readonly Account[]) =>
  owner.query(`CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF current_setting('statement_timeout') <> '0' THEN RAISE EXCEPTION 'too long' USING ERRCODE = 'query_canceled'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse_some BEFORE INSERT OR UPDATE ON signal FOR EACH ROW WHEN (NEW.account_id IN (${accounts.map(({ id }) => `'${id}'`).join(", ")})) EXECUTE FUNCTION refuse_some()`);
const relent = () => owner.query("DROP FUNCTION refuse_some CASCADE");

test("a signal whose proof cannot be completed keeps no other of its shard from it", async () => {
  const accounts = await accountsOfOneShard(4);
  const tail = aTail();
  for (const minutes of [4_000, 300]) {
    const contacts = new Map(accounts.map((account) => [account.id, `+13075559${String(accounts.indexOf(account)).padStart(3, "0")}`]));
    await post(accounts.map((account) => anEvent(account.externalId, ago(minutes), { ...good, contact: contacts.get(account.id) })));
    await work(tail, 1);
  }
  const copied = async () => Promise.all(accounts.map(({ id }) => deps.db.signalEvent.count({ where: { signal: { accountId: id, rule: "frequency" } } })));
  expect(await copied()).toEqual([1, 1, 1, 1]);
  const { id } = await deps.db.signal.findFirstOrThrow({ where: { accountId: accounts[1]!.id, rule: "frequency" } });
  await owner.query(`CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not this one' USING ERRCODE = 'P0001'; END $$;
    CREATE TRIGGER refuse_some BEFORE INSERT ON signal_event FOR EACH ROW WHEN (NEW.signal_id = '${id}') EXECUTE FUNCTION refuse_some()`);
  expect(await completeProof(deps)).toBe(3);
  expect(await copied()).toEqual([2, 1, 2, 2]);
  await relent();
  expect(await completeProof(deps)).toBe(1);
  expect(await copied()).toEqual([2, 2, 2, 2]);
});

describe("an account whose events always fail", () => {
  test("is set aside after a few tries, and the others of its shard go on; released, it is caught up with, and nothing is lost or doubled", async () => {
    const [bad, ...others] = await accountsOfOneShard(4);
    const paul = await createStaff(deps.db, ["policy_manager"], "Paul");
    const tail = aTail();
    await work(tail, 1);
    await post([breach(bad!, 90), ...others.map((account) => breach(account, 90))]);
    await work(tail, 1);
    expect(await breachesOf(bad!)).toEqual([["missing_consent", 1, 1]]);

    await refuse([bad!]);
    await post([breach(bad!, 80), ...others.map((account) => breach(account, 80))]);
    await work(tail, triesBefore - 1);
    expect(await aside()).toEqual([]);
    await work(tail, 2);
    expect(await aside()).toEqual([{ id: bad!.id, reason: expect.stringMatching(/^database error P0001/), times: 1 }]);
    await post([breach(bad!, 70), ...others.map((account) => breach(account, 70))]);
    await work(tail, 1);
    expect(await countSetAside(deps)).toBe(1);
    expect(await accountsSetAside(deps)).toEqual([expect.objectContaining({ accountId: bad!.id, name: bad!.businessName, times: 1, more: false, releasedAt: null })]);
    expect((await accountsSetAside(deps))[0]!.waiting).toBeGreaterThanOrEqual(2);
    for (const account of others) expect(await breachesOf(account)).toEqual([["missing_consent", 3, 3]]);
    expect(await breachesOf(bad!)).toEqual([["missing_consent", 1, 1]]);

    // Too soon: it fails again, and is where it was.
    expect(await releaseAccount(deps, paul, { accountId: bad!.id })).toEqual({ ok: true });
    expect(await releaseAccount(deps, paul, { accountId: bad!.id })).toEqual({ ok: false, reason: "released_already" });
    await work(tail, 2);
    expect(await aside()).toEqual([expect.objectContaining({ id: bad!.id, times: 2 })]);
    await post(others.map((account) => breach(account, 60)));
    await work(tail, 1);
    for (const account of others) expect(await breachesOf(account)).toEqual([["missing_consent", 4, 4]]);

    await relent();
    expect(await releaseAccount(deps, paul, { accountId: bad!.id })).toEqual({ ok: true });
    await post([breach(bad!, 50)]);
    await work(tail, 2);
    expect(await aside()).toEqual([]);
    expect(await breachesOf(bad!)).toEqual([["missing_consent", 4, 4]]);
    await post([breach(bad!, 40)]);
    await work(tail, 1);
    expect(await breachesOf(bad!)).toEqual([["missing_consent", 5, 5]]);
    expect(await auditOf(bad!)).toEqual(["account.quarantined", "account.quarantine_released", "account.quarantined", "account.quarantine_released", "account.quarantine_ended"]);
    expect(await releaseAccount(deps, paul, { accountId: bad!.id })).toEqual({ ok: false, reason: "not_set_aside" });
    const bodies = await deps.db.auditEntry.findMany({ where: { accountId: bad!.id }, select: { body: true } });
    expect(JSON.stringify(bodies)).not.toContain("13075550199");
  });

  test("is found when it fails in memory, before anything is written", async () => {
    const [bad, other] = await accountsOfOneShard(2);
    await post([breach(bad!, 80), breach(other!, 80)]);
    await owner.query("UPDATE stream.message_event SET zone_set = 30000 WHERE account_id = $1", [bad!.id]);
    await work(aTail());
    expect((await aside()).map(({ id }) => id)).toEqual([bad!.id]);
    expect(await breachesOf(other!)).toEqual([["missing_consent", 1, 1]]);
  });

  test("is found when its memory cannot be saved, and what it had found until then stays", async () => {
    const [bad, other] = await accountsOfOneShard(2);
    await refuse([bad!], "stream.account_memory");
    await post([breach(bad!, 80), breach(other!, 80)]);
    const tail = aTail();
    for (let tries = 0; tries <= triesBefore; tries += 1) {
      await work(tail, 1);
      for (let turn = 0; turn < shardCount; turn += 1) await tail.turn();
    }
    expect((await aside()).map(({ id }) => id)).toEqual([bad!.id]);
    expect([await breachesOf(bad!), await breachesOf(other!)]).toEqual([[["missing_consent", 1, 1]], [["missing_consent", 1, 1]]]);
  });
});

describe("an account of which writing takes longer than anybody's may", () => {
  test("is set aside, put back when it does so again after its release, and caught up with in the end", async () => {
    const [bad, ...others] = await accountsOfOneShard(5);
    const tail = aTail();
    await hold([bad!]);
    await post([breach(bad!, 90), ...others.map((account) => breach(account, 90))]);
    await work(tail, triesBefore - 1);
    expect(await aside()).toEqual([]);
    await work(tail, 2);
    expect(await aside()).toEqual([{ id: bad!.id, reason: "writing took too long", times: 1 }]);
    for (const account of others) expect(await breachesOf(account)).toEqual([["missing_consent", 1, 1]]);
    expect(await releaseAccount(deps, { kind: "system", name: "operator" }, { accountId: bad!.id })).toEqual({ ok: true });
    await work(tail, 2);
    expect(await aside()).toEqual([{ id: bad!.id, reason: "writing took too long", times: 2 }]);
    await relent();
    expect(await releaseAccount(deps, { kind: "system", name: "operator" }, { accountId: bad!.id })).toEqual({ ok: true });
    await work(tail, 2);
    expect(await aside()).toEqual([]);
    expect(await breachesOf(bad!)).toEqual([["missing_consent", 1, 1]]);
  });

  test("is nobody, when everybody's takes too long: the database is busy, and is asked less and less often", async () => {
    const accounts = await accountsOfOneShard(3);
    await hold(accounts);
    await post(accounts.map((account) => breach(account, 80)));
    const tail = aTail();
    await work(tail, 2 * triesBefore + 1);
    expect(await aside()).toEqual([]);
    await relent();
    await work(tail, 1);
    for (const account of accounts) expect(await breachesOf(account)).toEqual([["missing_consent", 1, 1]]);
  });

  test("is nobody, when somebody else holds what is to be written", async () => {
    const [held, other] = await accountsOfOneShard(2);
    await hold([held!, other!]);
    await post([breach(held!, 80), breach(other!, 80)]);
    const tail = aTail();
    await work(tail, triesBefore - 1);
    await relent();
    await owner.query(`CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'locked' USING ERRCODE = CASE current_setting('lock_timeout') WHEN '0' THEN 'query_canceled' ELSE 'lock_not_available' END; END $$;
      CREATE TRIGGER refuse_some BEFORE INSERT OR UPDATE ON signal FOR EACH ROW WHEN (NEW.account_id = '${held!.id}') EXECUTE FUNCTION refuse_some()`);
    await work(tail, 2);
    expect(await aside()).toEqual([]);
    await relent();
    await work(tail, 1);
    for (const account of [held!, other!]) expect(await breachesOf(account)).toEqual([["missing_consent", 1, 1]]);
  });
});

describe("nobody is set aside", () => {
  test("when everybody's events fail: that is the code's or the database's, and ends with it", async () => {
    const accounts = await accountsOfOneShard(3);
    await refuse(accounts);
    await post(accounts.map((account) => breach(account, 80)));
    const tail = aTail();
    await work(tail);
    expect(await aside()).toEqual([]);
    const { shards, workers } = await shardsBehind(deps);
    expect({ workers, behind: shards.filter(({ judgedUntil }) => judgedUntil) }).toEqual({ workers: 1, behind: [expect.objectContaining({ shard: shardOf(accounts[0]!.id), judgedUntil: new Date(now), failures: expect.any(Number), failedWith: expect.stringMatching(/P0001/) })] });
    await relent();
    await work(tail, 1);
    for (const account of accounts) expect(await breachesOf(account)).toEqual([["missing_consent", 1, 1]]);
  });

  test("when the database lacks what everybody needs, however often that fails", async () => {
    const [account] = await accountsOfOneShard(1);
    await post([breach(account!, 80)]);
    const tail = aTail();
    await owner.query("ALTER TABLE signal_event RENAME TO away");
    await work(tail);
    expect(await aside()).toEqual([]);
    await owner.query("ALTER TABLE away RENAME TO signal_event");
    await work(tail, 1);
    expect(await breachesOf(account!)).toEqual([["missing_consent", 1, 1]]);
  });

  test("when so many were within the hour that it cannot be their own doing", async () => {
    const strangers = await Promise.all(Array.from({ length: mostAnHour }, () => createAccount(deps.db, { platformId })));
    for (const { id } of strangers) await owner.query("INSERT INTO stream.quarantined_account (account_id, platform_id, shard, place, since, reason) VALUES ($1, $2, $3, '0', $4, 'Error')", [id, platformId, shardOf(id), now]);
    const [bad] = await accountsOfOneShard(2);
    await refuse([bad!]);
    await post([breach(bad!, 80)]);
    await work(aTail());
    expect((await aside()).map(({ id }) => id)).not.toContain(bad!.id);
  });

  test("by a worker that has lost the shard meanwhile", async () => {
    const [bad, other] = await accountsOfOneShard(2);
    await refuse([bad!]);
    await post([breach(bad!, 80), breach(other!, 80)]);
    const [one, two] = [aTail(), aTail()];
    await work(one, triesBefore - 1);
    await one.renew();
    await one.share();
    await poolOf(deps.db).query("UPDATE stream.tail_shard SET holder = NULL");
    await poolOf(deps.db).query("DELETE FROM stream.tail_member");
    await two.renew();
    await two.share();
    await one.settle();
    expect(await aside()).toEqual([]);
    await two.settle();
    expect((await aside()).map(({ id }) => id)).toEqual([bad!.id]);
    await work(two, 2);
    expect(await breachesOf(other!)).toEqual([["missing_consent", 1, 1]]);
  });
});

// The last, for no clock goes back.
test("an account is judged by its own clock when it comes back after days, and its findings are kept until then", async () => {
  const [bad, other] = await accountsOfOneShard(2);
  const contact = aContact();
  const tail = aTail();
  await post([anEvent(bad!.externalId, ago(290), { ...good, contact }), anEvent(bad!.externalId, ago(200), { ...good, contact })]);
  await work(tail, 1);
  await refuse([bad!]);
  await post([anEvent(bad!.externalId, ago(100), { ...good, contact }), breach(other!, 100)]);
  await work(tail);
  expect((await aside()).map(({ id }) => id)).toEqual([bad!.id]);
  deps.clock.advance({ days: 20 });
  await post([anEvent(other!.externalId, deps.clock().toISO()!, { ...good, contact: aContact(), consent: undefined })]);
  await work(tail, 1);
  await forgetFindings(deps);
  await relent();
  expect(await releaseAccount(deps, { kind: "system", name: "operator" }, { accountId: bad!.id })).toEqual({ ok: true });
  await work(tail, 2);
  expect(await breachesOf(bad!)).toEqual([["frequency", 2, 3]]);
});
