import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { undoDecision } from "~/modules/enforcement/undo-decision.server";
import { arrivals } from "~/modules/signals/lateness.queries.server";
import { countSending } from "~/modules/signals/count-sending.server";
import { shardOf } from "~/modules/signals/event-codes";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { senderHealth } from "~/modules/signals/sender-health.queries.server";
import { rulePerformance } from "~/modules/signals/signals.queries.server";
import { createAccount } from "../factories/account";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { everybodyIsDone } from "../support/tailing";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: Awaited<ReturnType<typeof enforcers>>["ana"];

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId, ana } = await enforcers(deps));
  await deps.db.$executeRaw`SELECT stream.prepare_days(date '2026-10-31', date '2026-11-21')`;
});
beforeEach(async () => {
  deps.clock.set(now);
  await countAll();
});
afterAll(() => database.close());

const hour = 3_600_000;
const ago = (hours: number) => Date.parse(now) - hours * hour;

interface Sent {
  type?: number;
  category?: number | null;
  zones?: string | null;
  templateId?: string;
  lateMs?: number;
  platform?: string;
}

/** An event of an account at each of these instants: marketing that was sent, unless said otherwise. */
async function happened(accountId: string, instants: readonly number[], { type = 1, category = 1, zones = null, templateId, lateMs = 0, platform = platformId }: Sent = {}): Promise<void> {
  await deps.db.$executeRaw`INSERT INTO stream.zone_set (zones) SELECT ${zones} WHERE ${zones}::text IS NOT NULL ON CONFLICT (zones) DO NOTHING`;
  await deps.db.$executeRaw`
    INSERT INTO stream.message_event (occurred_at, received_at, shard, type, category, zone_set, more_requested, platform_id, account_id, contact, event_id, template_id)
    SELECT at, at + make_interval(secs => ${lateMs / 1000}::float8), ${shardOf(accountId)}::smallint, ${type}::smallint, ${category}::smallint, (SELECT id FROM stream.zone_set WHERE zones = ${zones}), false,
           ${platform}::uuid, ${accountId}::uuid, gen_random_uuid(), gen_random_uuid()::text, ${templateId ?? null}
      FROM unnest(${instants.map((at) => new Date(at).toISOString())}::timestamptz[]) AS at`;
}

async function countAll(): Promise<void> {
  await everybodyIsDone(deps);
  await countSending(deps);
}

const health = async (accountId: string, asked = {}) => (await senderHealth(deps, accountId, asked))!;

test("each event is counted by what it is, and its hour by the platform's clock", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  await happened(id, [ago(2), ago(2), ago(26)], { templateId: "promo" });
  await happened(id, [ago(2)], { type: 7, category: 2 });
  await happened(id, [ago(2)], { category: 4 });
  await happened(id, [ago(1), ago(1)], { type: 2 });
  await happened(id, [ago(1)], { type: 2, category: 2 });
  await happened(id, [ago(1)], { type: 3 });
  await happened(id, [ago(1)], { type: 5, category: null });
  await happened(id, [ago(1)], { type: 8, category: null });
  const expected = { sent: 5, marketing: 3, automated: 1, templates: 4, delivered: 3, marketingDelivered: 2, failed: 1, optOuts: 1, quiet: 0 };
  expect((await health(id)).totals).toEqual(expected);
  await countAll();
  const { totals, bars, behindSince } = await health(id, { from: "2026-11-19", to: "2026-11-20" });
  expect([totals, behindSince]).toEqual([expected, undefined]);
  expect(bars.filter(({ sent }) => sent > 0).map(({ key, sent }) => [key, sent])).toEqual([["2026-11-19T12", 1], ["2026-11-20T12", 4]]);
});

test("quiet hours go by the recipient's clock, and have to be quiet in each zone they may be in", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  const midnight = Date.parse("2026-11-19T00:00:00Z");
  const quietAt = async (zones: string | null, hours: readonly number[], isCounted: boolean) => {
    const before = (await health(id)).totals;
    await happened(id, hours.map((one) => midnight + one * hour), { zones });
    if (isCounted) await countAll();
    const after = (await health(id)).totals;
    return [after.quiet - before.quiet, after.marketing - before.marketing];
  };
  for (const isCounted of [false, true]) {
    expect(await quietAt("UTC", [7 + 59 / 60, 8, 20 + 59 / 60, 21], isCounted)).toEqual([2, 4]);
    expect(await quietAt("Asia/Tokyo", [7, 12, 23.5], isCounted)).toEqual([1, 3]);
    expect(await quietAt("UTC,Asia/Tokyo", [7, 12, 22, 23], isCounted)).toEqual([1, 4]);
    expect(await quietAt(null, [3], isCounted)).toEqual([0, 1]);
  }
});

test("an hour of a platform whose clock is half an hour off begins by that clock, and one that begins twice is shown once", async () => {
  const platform = await deps.db.platform.findUniqueOrThrow({ where: { key: "chatflow" } });
  await deps.db.platform.update({ where: { id: platform.id }, data: { zone: "Asia/Kolkata" } });
  const { id } = await createAccount(deps.db, { platformId: platform.id });
  await happened(id, [Date.parse("2026-11-19T18:29:00Z"), Date.parse("2026-11-19T18:31:00Z")], { platform: platform.id });
  await countAll();
  const { bars } = await health(id, { from: "2026-11-19", to: "2026-11-20" });
  expect(bars.filter(({ sent }) => sent > 0).map(({ key }) => key)).toEqual(["2026-11-19T23", "2026-11-20T00"]);

  const { id: inDenver } = await createAccount(deps.db, { platformId });
  await happened(inDenver, ["2026-11-01T07:30:00Z", "2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z"].map((at) => Date.parse(at)));
  await countAll();
  const shown = (await health(inDenver, { from: "2026-11-01", to: "2026-11-01" })).bars;
  expect(shown.map(({ sent }) => sent).filter((sent) => sent > 0)).toEqual([2, 1]);
  expect(shown).toHaveLength(24);
});

describe("an event counts once", () => {
  const inStore = async () => (await deps.db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM stream.message_event WHERE type IN (1, 7)`)[0]!.n;
  const inCounts = async () => (await deps.db.$queryRaw<{ n: number }[]>`SELECT coalesce(sum(sent), 0)::int AS n FROM stream.sending_hour`)[0]!.n;
  const someEvents = async (count: number) => {
    const accounts = await Promise.all(Array.from({ length: 4 }, () => createAccount(deps.db, { platformId })));
    await Promise.all(accounts.map(({ id }, n) => happened(id, Array.from({ length: count }, (_, index) => ago((index + n) % 60)))));
    return accounts;
  };

  test("when it is counted in small parts, by several at once, while more come", async () => {
    await someEvents(40);
    const counting = [1, 2, 3].map((shards) => countSending(deps, { shards, rows: 7 }));
    await someEvents(25);
    await Promise.all(counting);
    await countAll();
    expect(await inCounts()).toBe(await inStore());
  });

  test("when counting broke off before its end", async () => {
    await someEvents(12);
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    const before = await inCounts();
    await everybodyIsDone(deps);
    try {
      await owner.query("ALTER TABLE stream.arrival_day RENAME TO away");
      await expect(countSending(deps)).rejects.toThrow(/arrival_day/);
      expect(await inCounts()).toBe(before);
    } finally {
      await owner.query("ALTER TABLE stream.away RENAME TO arrival_day");
      await owner.end();
    }
    await countAll();
    expect(await inCounts()).toBe(await inStore());
  });

  test("after a dump was restored, wherever each reader was", async () => {
    const [account] = await someEvents(10);
    await countAll();
    await happened(account!.id, [ago(3), ago(4)]);
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    try {
      const far = (column: string) => `(${column}::text::numeric + 1000000000000)::text::xid8`;
      await owner.query(`UPDATE stream.message_event SET xid = ${far("xid")}`);
      await owner.query(`UPDATE stream.count_shard SET counted = ${far("counted")}`);
      await happened(account!.id, [ago(5)], { lateMs: 5 * hour + 60_000 });
      await owner.query("SELECT stream.after_restore()");
      const { rows } = await owner.query<{ place: string; judged: string; counted: string }>("SELECT DISTINCT t.place::text, t.judged::text, c.counted::text FROM stream.tail_shard t JOIN stream.count_shard c USING (shard)");
      expect(rows).toEqual([{ place: "0", judged: "0", counted: "1" }]);
    } finally {
      await owner.end();
    }
    await countAll();
    expect(await inCounts()).toBe(await inStore());
  });
});

test("where the counting is behind, the page says up to when its numbers are, and reads no backlog", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  await happened(id, [ago(2)]);
  await countAll();
  await happened(id, [ago(1)]);
  deps.clock.advance({ minutes: 9 });
  expect(await health(id)).toMatchObject({ totals: { sent: 2 }, behindSince: undefined });
  deps.clock.advance({ minutes: 2 });
  expect(await health(id)).toMatchObject({ totals: { sent: 1 }, behindSince: now });
});

test("nobody's events are counted for another, and an account there is not has no health", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  expect((await health(id)).totals.sent).toBe(0);
  expect(await senderHealth(deps, "00000000-0000-7000-8000-000000000000", {})).toBeNull();
});

test("how late events come is counted by platform and day of arrival", async () => {
  const { id: own } = await deps.db.platform.findUniqueOrThrow({ where: { key: "casaflow" } });
  const { id } = await createAccount(deps.db, { platformId: own });
  await happened(id, Array.from({ length: 97 }, () => ago(30)), { platform: own, lateMs: 400 });
  await happened(id, [ago(30), ago(31)], { platform: own, lateMs: 90_000 });
  await happened(id, [ago(60)], { platform: own, lateMs: 50 * hour });
  await countAll();
  const told = await arrivals(deps);
  expect(told.find(({ key }) => key === "casaflow")).toMatchObject({ all: 100, events: [97, 0, 0, 2, 0, 0, 0, 1, 0], half: 1, nearlyAll: 600 });
  expect(told.find(({ key }) => key === "xpecto")).toMatchObject({ all: 0, half: null });
});

const aSignal = (accountId: string, rule: string, at: number, measures: Record<string, number>) => ({
  accountId, clauseCode: "CF-AUP-4.1.b", rule, ruleVersion: 1, windowStart: new Date(at).toISOString(), windowEnd: new Date(at + 24 * hour).toISOString(), observed: 1, threshold: 0, score: 40, measures, eventIds: ["e1"],
});
const engine = { kind: "system", name: "signals" } as const;

test("the chart marks a measure where it began, compares the week before with the week after, and shows what the rules found", async () => {
  const on = await anInvestigation(deps, ana, { platformId });
  const accountId = on.account.id;
  await happened(accountId, [ago(50), ago(50), ago(27)]);
  const midnight = Date.parse("2026-11-19T07:00:00Z");
  const recorded = await recordSignal(deps, engine, aSignal(accountId, "frequency", midnight, { breaches: 2, marketing: 3 }));
  expect(recorded.ok).toBe(true);
  const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: on.caseId } });
  const decided = await decideCase(deps, ana, await aViolation(deps, { ...on, version }));
  expect(decided).toMatchObject({ ok: true });
  await happened(accountId, [ago(0.5)]);
  const { actions, bars, rules } = await health(accountId);
  expect(actions).toMatchObject([{ kind: "warning", slot: "2026-11-20T14", before: { sent: 3 }, after: { sent: 1 } }]);
  expect(bars.find(({ key }) => actions[0]!.slot.startsWith(key))).toMatchObject({ key: "2026-11-20", sent: 1 });
  expect(rules.find(({ rule }) => rule === "frequency")).toEqual({ rule: "frequency", breaches: 2, of: 4, denominator: "marketing", shadow: false, mode: "signal" });
  expect((await health(accountId, { from: "2026-11-20", to: "2026-11-20" })).rules.find(({ rule }) => rule === "frequency")).toMatchObject({ breaches: 0, of: 1 });
});

test("rule performance counts what became of signals: decided for their clause, acted on, undone", async () => {
  const { id: own } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  const rule = `probe_${newId().slice(0, 4).replaceAll(/\d/g, "x").replaceAll("-", "")}`;
  const decideOne = async (clause: string, { undone = false } = {}) => {
    const on = await anInvestigation(deps, ana, { platformId: own });
    const signalled = await recordSignal(deps, engine, aSignal(on.account.id, rule, ago(48), { breaches: 1 }));
    if (!signalled.ok || !signalled.caseId) throw new Error("the signal was not recorded");
    await deps.db.signal.update({ where: { id: signalled.signalId! }, data: { caseId: on.caseId } });
    const { version } = await deps.db.case.findUniqueOrThrow({ where: { id: on.caseId } });
    const decided = await decideCase(deps, ana, await aViolation(deps, { ...on, version }, { clause }));
    if (!decided.ok) throw new Error(decided.reason);
    if (undone) expect(await undoDecision(deps, ana, { decisionId: decided.decisionId, reason: "The wrong account was decided about.", confirmed: [] })).toMatchObject({ ok: true });
  };
  await decideOne("CF-AUP-4.1.b");
  await decideOne("CF-AUP-4.1.b", { undone: true });
  await decideOne("CF-AUP-4.1.d");
  const { id: undecided } = await createAccount(deps.db, { platformId: own });
  await recordSignal(deps, engine, aSignal(undecided, rule, ago(48), { breaches: 1 }));
  const rows = await rulePerformance(deps.db, own, deps.clock().minus({ days: 1 }));
  expect(rows.filter((row) => row.rule === rule)).toEqual([{ rule, version: 1, mode: "signal", fired: 4, takenBack: 0, inCase: 4, decided: 3, acted: 2, overturned: 1 }]);
});

test("a page of an account reads its counters, and of the store what came since", async () => {
  const { id } = await createAccount(deps.db, { platformId });
  await happened(id, Array.from({ length: 3_000 }, (_, n) => ago(1 + (n % 70))));
  await countAll();
  const { rows } = await poolOf(deps.db).query<{ read: number }>("SELECT count(*)::int AS read FROM stream.message_event e JOIN stream.count_shard c USING (shard) WHERE e.xid > c.counted AND e.account_id = $1", [id]);
  expect([rows[0]!.read, (await health(id)).totals.sent]).toEqual([0, 3_000]);
});
