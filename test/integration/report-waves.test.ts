import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Prisma, poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { endOldWaves, groupReports } from "~/modules/intake/group-reports.server";
import { reportsToMatch, reportToMatch } from "~/modules/intake/intake.queries.server";
import { shinglesOf } from "~/modules/intake/message-shingles";
import { bandsOf, signatureOf } from "~/modules/intake/min-hash";
import { wavesWithBands } from "~/modules/intake/report-wave.repo.server";
import { waveList, wavePage } from "~/modules/intake/report-wave.queries.server";
import { aPlatform } from "../factories/platform";
import { createReport, createReporter } from "../factories/report";
import { onCluster } from "../support/cluster.setup";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
const start = "2026-11-20T21:00:00.000Z";

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(start);
});
afterAll(() => database.close());
beforeEach(async () => {
  deps.clock.set(start);
  await deps.db.report.deleteMany();
  await deps.db.reportWave.deleteMany();
  platformId = (await aPlatform(deps)).id;
});

const parcel = (name: string, n: number) => `Hi ${name}, your parcel is held at our depot and the fee of $${n}.99 is still open. Pay here: https://pay${n}.example/x`;
const roofs = "Our roofers are in your street this week after the storm, answer YES and we look at your roof for free.";
const aReport = (messageText: string | null, more: object = {}) => createReport(deps, { platformId, messageText, ...more });
const waveIdOf = async (id: string) => (await deps.db.report.findUniqueOrThrow({ where: { id }, select: { waveId: true } })).waveId;
const sizes = async () => (await deps.db.reportWave.findMany({ orderBy: { size: "desc" } })).map(({ size }) => size);

test("reports of one message by form, mail and API are one wave; others stay by themselves; nothing else of them changes", async () => {
  const { id: reporterId } = await createReporter(deps, platformId);
  const told = [await aReport(parcel("Ana", 3)), await aReport(parcel("Roberto", 17).toUpperCase(), { channel: "api" }), await aReport(`From: x@y.example\n\n${parcel("Wei", 5)}`, { channel: "email", reporterId })];
  // Many copy the message into their own words.
  told.push(await aReport(null, { description: `They sent me: ${parcel("Bob", 9)}` }));
  const other = await aReport(roofs);
  const before = await deps.db.report.findMany({ orderBy: { id: "asc" } });

  expect(await groupReports(deps)).toBe(5);
  expect(await sizes()).toEqual([4, 1]);
  const waves = await Promise.all(told.map(({ id }) => waveIdOf(id)));
  expect(new Set(waves).size).toBe(1);
  expect(await waveIdOf(other.id)).not.toBe(waves[0]);

  const grouping = { groupedAt: null, waveId: null, waveLikeness: null };
  expect((await deps.db.report.findMany({ orderBy: { id: "asc" } })).map((row) => ({ ...row, ...grouping }))).toEqual(before);
  expect(await groupReports(deps)).toBe(0);
});

test("a machine's complaint without its message, and too few words, belong to no wave; a report of another platform to none here", async () => {
  const words = "Feedback report (arf): abuse\nBy: Some Provider\nSource: 192.0.2.1\nDomains: ridge.example";
  const alone = [await aReport(null, { channel: "email", description: words }), await aReport(null, { channel: "email", description: words }), await aReport("STOP"), await aReport("STOP"), await aReport("spam ".repeat(1_900))];
  const elsewhere = await createReport(deps, { platformId: (await aPlatform(deps)).id, messageText: roofs });
  const here = await aReport(roofs);
  expect(await groupReports(deps)).toBe(7);
  for (const { id } of alone) expect(await waveIdOf(id)).toBeNull();
  expect(await waveIdOf(here.id)).not.toBe(await waveIdOf(elsewhere.id));
  expect(await deps.db.report.count({ where: { groupedAt: null } })).toBe(0);
});

test("what strangers make up is compared or left alone, and stops nobody", async () => {
  const hostile = ["\u202e".repeat(9_000), "\ufdfa".repeat(9_000), "a\u0301".repeat(5_000), Array.from({ length: 5_000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join(""), "%_\\'\"$1{}[]", "x.".repeat(5_000), "\ud83d".repeat(20)];
  for (const text of hostile) await aReport(text);
  const [one, two] = [await aReport(roofs), await aReport(roofs)];
  expect(await groupReports(deps)).toBe(hostile.length + 2);
  expect(await waveIdOf(one.id)).toBe(await waveIdOf(two.id));
});

test("copies that arrive at once while several workers compare are one wave, each counted once", async () => {
  const arrive = (n: number) => aReport(parcel(["Ana", "Bob", "Wei"][n % 3]!, n));
  const arrivals = Array.from({ length: 60 }, (_, n) => arrive(n));
  const workers = Array.from({ length: 8 }, () => groupReports(deps, 7));
  await Promise.all([...arrivals, ...workers]);
  await groupReports(deps, 7);
  expect(await sizes()).toEqual([60]);
  expect(await deps.db.report.groupBy({ by: ["waveId"], _count: true })).toMatchObject([{ _count: 60 }]);
});

test("a report that somebody holds is compared afterwards and keeps no other waiting", async () => {
  const [held, free] = [await aReport(roofs), await aReport(roofs)];
  await deps.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM report WHERE id = ${held.id}::uuid FOR UPDATE`;
    expect(await groupReports(deps)).toBe(1);
  });
  expect(await groupReports(deps)).toBe(1);
  expect(await waveIdOf(held.id)).toBe(await waveIdOf(free.id));
});

test("a failure in the middle leaves all of a batch to be done again, and counts nothing twice", async () => {
  for (let n = 0; n < 6; n += 1) await aReport(parcel("Ana", n));
  await onCluster(database.url, "ALTER TABLE report_wave ADD CONSTRAINT test_only CHECK (size < 4)");
  await groupReports(deps);
  expect(await sizes()).toEqual([3]);
  expect(await deps.db.report.count({ where: { groupedAt: null } })).toBe(3);
  await onCluster(database.url, "ALTER TABLE report_wave DROP CONSTRAINT test_only");
  expect(await groupReports(deps)).toBe(3);
  expect(await sizes()).toEqual([6]);
});

test("a wave that nothing joined for long is over, and the same message begins another", async () => {
  const old = await aReport(roofs, { receivedAt: new Date("2026-09-01T00:00:00Z") });
  const between = await aReport(roofs, { receivedAt: new Date("2026-10-20T00:00:00Z") });
  await groupReports(deps);
  expect(await waveIdOf(between.id)).toBe(await waveIdOf(old.id));
  deps.clock.set("2026-12-30T00:00:00.000Z");
  expect(await endOldWaves(deps)).toBe(1);
  expect(await deps.db.reportWaveBand.count()).toBe(0);
  const late = await aReport(roofs, { receivedAt: new Date("2026-12-29T00:00:00Z") });
  await groupReports(deps);
  expect(await sizes()).toEqual([2, 1]);
  expect(await waveIdOf(late.id)).not.toBe(await waveIdOf(old.id));
});

test("what staff see: the size in the list and on the report, the wave's reports page by page, who is named", async () => {
  const reporter = await createReporter(deps, platformId);
  const made = [];
  for (let n = 0; n < 53; n += 1) made.push(await aReport(parcel("Ana", n), { receivedAt: new Date(Date.parse(start) + n * 1_000), reporterId: n < 2 ? reporter.id : null }));
  await aReport(roofs, { receivedAt: new Date("2026-11-21T00:00:00Z") });
  await groupReports(deps);

  const listed = await reportsToMatch(deps.db, { platformId, after: null });
  expect(listed.rows.every(({ waveSize }) => waveSize === 53)).toBe(true);
  const shown = await reportToMatch(deps, made[1]!.id, null);
  expect(shown?.wave).toMatchObject({ size: 53 });
  const first = (await wavePage(deps.db, shown!.wave!.id, null))!;
  expect(first).toMatchObject({ wave: { size: 53 }, spread: { counted: 53, reporters: 1, anonymous: 51, withoutAccount: 53, waiting: 53, accounts: [] } });
  const second = (await wavePage(deps.db, first.wave.id, first.next))!;
  expect([...first.rows, ...second.rows].map(({ id }) => id)).toEqual(made.map(({ id }) => id).reverse());
  expect(second.next).toBeNull();
  expect((await waveList(deps.db, { platformId, after: null })).rows).toMatchObject([{ id: first.wave.id, size: 53 }]);
  expect(await wavePage(deps.db, newId(), null)).toBeNull();
  expect((await wavePage(deps.db, first.wave.id, "nonsense"))!.rows).toHaveLength(50);
});

describe("what it costs", () => {
  test("where 20,000 waves share a band, as somebody could make them, no more are looked at than a few of each band", async () => {
    const bands = bandsOf(signatureOf(shinglesOf(roofs)), platformId);
    await poolOf(deps.db).query(
      `WITH made AS (INSERT INTO report_wave (id, platform_id, signature, first_at, last_at) SELECT gen_random_uuid(), $1, '{}', $2, $2 FROM generate_series(1, 20000) RETURNING id)
       INSERT INTO report_wave_band (band, wave_id) SELECT $3, id FROM made`,
      [platformId, start, bands[0]],
    );
    await poolOf(deps.db).query("ANALYZE report_wave, report_wave_band");
    const found = await deps.db.$transaction((tx) => wavesWithBands(tx, platformId, bands, new Date(start)));
    expect(found).toHaveLength(8);
    const [explained] = await deps.db.$transaction(async (tx) => {
      let asked: { text: string; values: unknown[] } | null = null;
      await wavesWithBands({ $queryRaw: (strings: TemplateStringsArray, ...values: unknown[]) => ((asked = Prisma.sql(strings, ...values)), Promise.resolve([])) } as never, platformId, bands, new Date(start));
      return tx.$queryRawUnsafe<{ "QUERY PLAN": [{ Plan: Record<string, number> }] }[]>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${asked!.text}`, ...asked!.values);
    });
    const { Plan: plan } = explained!["QUERY PLAN"][0];
    expect(plan["Shared Hit Blocks"]! + plan["Shared Read Blocks"]!).toBeLessThan(250);
  });
});
