import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Prisma, poolOf, type Db } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { signalFilterSchema } from "~/modules/signals/signal-filter.schema";
import { mostNew } from "~/modules/signals/signal-pulse";
import { newestSignal, signalPage, signalPulse } from "~/modules/signals/signals.queries.server";
import { createAccount } from "../factories/account";
import { onCluster } from "../support/cluster.setup";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aPlatformWithRules } from "../support/sending";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let accountId: string;
let clauseId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00.000Z");
  ({ platformId } = await aPlatformWithRules(deps));
  accountId = (await createAccount(deps.db, { platformId })).id;
  clauseId = (await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.3.b" } })).id;
});
afterAll(() => database.close());

const filterOf = (query: Record<string, string>) => signalFilterSchema.parse(query);
const fill = (count: number, rule: string, mode: string, newest = "2026-11-20") =>
  poolOf(deps.db).query(
    `INSERT INTO signal (id, platform_id, account_id, clause_id, rule, rule_version, mode, window_start, window_end, observed, threshold, measures, event_ids, dedupe_key, created_at)
     SELECT gen_random_uuid(), $1, $2, $3, $4, 1, $5::rule_mode, '2026-11-01', '2026-11-02', 1, 0, '{}', '{}', $4 || $5 || n, $7::timestamptz - n * interval '1 second' FROM generate_series(1, $6::int) AS n`,
    [platformId, accountId, clauseId, rule, mode, count, newest],
  );

async function aSignal(at: string, more: object = {}) {
  const id = newId();
  await deps.db.signal.create({ data: { id, platformId, accountId, clauseId, rule: "after_opt_out", ruleVersion: 1, windowStart: new Date(at), windowEnd: new Date(at), observed: 1, threshold: 0, measures: {}, eventIds: [], dedupeKey: id, createdAt: new Date(at), ...more } });
  return id;
}

test("a list is told how many are new to its filter, and how those it shows changed", async () => {
  const filter = filterOf({ rule: "after_opt_out" });
  const empty = await newestSignal(deps.db, platformId, filter);
  const first = await aSignal("2026-11-20T20:00:00Z");
  expect(await signalPulse(deps.db, platformId, filter, { marker: empty, ids: [] })).toEqual({ fresh: 1, listed: [] });
  const marker = await newestSignal(deps.db, platformId, filter);
  await aSignal("2026-11-20T20:00:00Z", { rule: "spacing" });
  await aSignal("2026-11-20T19:00:00Z");
  expect(await signalPulse(deps.db, platformId, filter, { marker, ids: [first] })).toMatchObject({ fresh: 0, listed: [{ id: first, retracted: false, caseReference: null }] });
  for (let n = 0; n <= mostNew; n += 1) await aSignal("2026-11-20T20:30:00Z");
  await deps.db.signal.update({ where: { id: first }, data: { retractedAt: new Date(), score: 7 } });
  expect(await signalPulse(deps.db, platformId, filter, { marker, ids: [first] })).toEqual({ fresh: mostNew, listed: [{ id: first, score: 7, retracted: true, caseReference: null }] });
  const { id: elsewhere } = await deps.db.platform.findUniqueOrThrow({ where: { key: "xpecto" } });
  expect(await signalPulse(deps.db, elsewhere, filter, { marker, ids: [first] })).toEqual({ fresh: 0, listed: [] });
  for (const nonsense of ["", "x", "9".repeat(40), "1.1"]) expect((await signalPulse(deps.db, platformId, filter, { marker: nonsense, ids: [] })).fresh).toBe(0);
});

describe("of 150,000 signals, those of a rule or mode that found little are shown without reading the others", () => {
  /** The very statement, explained: pages of the database that it touched. */
  async function pagesRead(work: (db: Db) => Promise<unknown>): Promise<number> {
    let read = 0;
    const explaining = {
      $queryRaw: async (query: TemplateStringsArray, ...values: unknown[]) => {
        const rows = await deps.db.$queryRaw<{ "QUERY PLAN": { Plan: Record<string, number> }[] }[]>(Prisma.sql`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${Prisma.sql(query, ...values)}`);
        const { Plan } = rows[0]!["QUERY PLAN"][0]!;
        read += Plan["Shared Hit Blocks"]! + Plan["Shared Read Blocks"]!;
        return [];
      },
    };
    await work(explaining as unknown as Db);
    return read;
  }

  beforeAll(async () => {
    // Nobody is told of these: that would take half a minute, in a transaction that readers of events in every database of the cluster wait for.
    await onCluster(database.url, "ALTER TABLE signal DISABLE TRIGGER USER");
    await fill(149_000, "quiet_hours", "signal");
    await fill(600, "unapproved_template", "signal", "2026-11-17");
    await fill(400, "quiet_hours", "shadow", "2026-11-17");
    await onCluster(database.url, "ALTER TABLE signal ENABLE TRIGGER USER");
    await poolOf(deps.db).query("ANALYZE signal");
  });

  test.each([
    ["a rule", { rule: "unapproved_template" }],
    ["a rule that found nothing", { rule: "api_rate_limit" }],
    ["a mode", { mode: "shadow" }],
    ["a rule and a mode", { rule: "quiet_hours", mode: "shadow" }],
    ["neither", {}],
  ])("%s", async (_what, query) => {
    const filter = filterOf(query as Record<string, string>);
    const most = 2_000;
    expect(await pagesRead((db) => signalPage(db, platformId, filter))).toBeLessThan(most);
    expect(await pagesRead((db) => newestSignal(db, platformId, filter))).toBeLessThan(most);
    expect(await pagesRead((db) => signalPulse(db, platformId, filter, { marker: "1795132800000.00000000-0000-7000-8000-000000000000", ids: [] }))).toBeLessThan(most);
  });
});
