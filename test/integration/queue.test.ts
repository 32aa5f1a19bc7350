import { afterAll, beforeAll, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { countOpenCases } from "~/modules/cases/case-counters.queries.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { queueChoices, queuePage, type QueuePage, queuePulse } from "~/modules/cases/queue.queries.server";
import type { QueueFilter, QueuePlace } from "~/modules/cases/queue-filter";
import { saveViewSchema } from "~/modules/cases/save-view.schema";
import { removeView, saveView } from "~/modules/cases/save-view.server";
import { newId } from "~/infra/id";
import { createAccount } from "../factories/account";
import { createCase } from "../factories/case";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let ana: StaffActor;
let viewer: { staffId: string; now: Date };

const severities = ["low", "medium", "high", "critical"] as const;
const states = ["open", "open", "open", "investigating", "waiting_for_information", "decided", "closed"] as const;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ana = await createStaff(deps.db, ["analyst"], "Ana Lind");
  viewer = { staffId: ana.id, now: deps.clock().toJSDate() };
  const { platformId } = await createAccount(deps.db);
  for (let n = 0; n < 90; n += 1) {
    const account = await createAccount(deps.db, n % 3 === 0 ? { platformId } : {});
    await createCase(deps.db, {
      accountId: account.id,
      severity: severities[n % 4]!,
      state: states[n % 7]!,
      escalated: n % 11 === 0,
      // Few different priorities, so that pages break between equals.
      priority: 1000 + (n % 5),
      reviewReason: n % 20 === 5 ? "strike_voided" : null,
    });
  }
});
afterAll(() => database.close());

const at = (direction: "after" | "before", cursor: NonNullable<QueuePage["next"]>): QueuePlace => ({ direction, cursor });

async function walk(filter: QueueFilter, size: number): Promise<{ pages: string[][]; back: string[][] }> {
  const pages: string[][] = [];
  const back: string[][] = [];
  let page = await queuePage(deps.db, filter, null, viewer, size);
  expect(page.previous).toBeNull();
  for (;;) {
    pages.push(page.rows.map((row) => row.id));
    if (!page.next) break;
    page = await queuePage(deps.db, filter, at("after", page.next), viewer, size);
  }
  for (;;) {
    back.unshift(page.rows.map((row) => row.id));
    if (!page.previous) break;
    page = await queuePage(deps.db, filter, at("before", page.previous), viewer, size);
  }
  return { pages, back };
}

const isOpen = (state: string) => ["open", "investigating", "waiting_for_information"].includes(state);

test.each<[string, QueueFilter, (row: Awaited<ReturnType<typeof all>>[number]) => boolean]>([
  ["everything to do", {}, (row) => isOpen(row.state)],
  ["one state", { state: "closed" }, (row) => row.state === "closed"],
  ["one severity", { severity: "critical" }, (row) => row.severity === "critical" && isOpen(row.state)],
  ["escalated", { escalated: "1" }, (row) => row.escalated && isOpen(row.state)],
  ["for review, whatever the state", { review: "1" }, (row) => row.reviewReason !== null],
  ["escalated and high", { escalated: "1", severity: "high" }, (row) => row.escalated && row.severity === "high" && isOpen(row.state)],
])("pages of %s hold every case once, in order, forwards and backwards", async (_name, filter, fits) => {
  const expected = (await all())
    .filter(fits)
    .toSorted((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1))
    .map((row) => row.id);
  const { pages, back } = await walk(filter, 7);
  expect(expected.length).toBeGreaterThan(0);
  expect(pages.flat()).toEqual(expected);
  expect(back.flat()).toEqual(expected);
});

const all = () => deps.db.case.findMany();

test("the queue of one platform and area", async () => {
  const platform = await deps.db.platform.findFirstOrThrow({ orderBy: { id: "asc" } });
  const expected = await deps.db.case.count({ where: { platformId: platform.id, area: "spam", state: { in: ["open", "investigating", "waiting_for_information"] } } });
  const page = await queuePage(deps.db, { platform: platform.key, area: "spam" }, null, viewer);
  expect(expected).toBeGreaterThan(1);
  expect(page.rows).toHaveLength(expected);
  expect(new Set(page.rows.map((row) => row.platformName))).toEqual(new Set([platform.name]));
  expect((await queuePage(deps.db, { platform: platform.key, area: "deception" }, null, viewer)).rows).toEqual([]);
});

test("mine and unclaimed follow the lease, and a lease that ran out counts as unclaimed", async () => {
  const { id } = await createCase(deps.db, { priority: 5_000 });
  const idsOf = async (filter: QueueFilter, now = viewer.now) =>
    (await queuePage(deps.db, filter, null, { ...viewer, now }, 200)).rows.map((row) => row.id);
  expect(await idsOf({ holder: "unclaimed" })).toContain(id);
  await claimCase(deps, ana, { caseId: id });
  expect(await idsOf({ holder: "mine" })).toEqual([id]);
  expect(await idsOf({ holder: "unclaimed" })).not.toContain(id);
  expect(await idsOf({ holder: "unclaimed" }, deps.clock().plus({ hours: 1 }).toJSDate())).toContain(id);
});

test("the badge is kept by the database as cases come, move and go", async () => {
  const counted = () => deps.db.case.count({ where: { state: { in: ["open", "investigating", "waiting_for_information"] } } });
  expect(await countOpenCases(deps.db)).toBe(await counted());
  const { id } = await createCase(deps.db);
  await claimCase(deps, ana, { caseId: id });
  expect(await countOpenCases(deps.db)).toBe(await counted());
  await deps.db.case.update({ where: { id }, data: { state: "closed", leaseHolderId: null, leaseExpiresAt: null } });
  expect(await countOpenCases(deps.db)).toBe(await counted());
});

test("a pulse counts what is new in this view and says who holds what is listed", async () => {
  const marker = newId();
  const fresh = await createCase(deps.db, { severity: "critical" });
  await createCase(deps.db, { severity: "low" });
  await claimCase(deps, ana, { caseId: fresh.id });
  const pulse = await queuePulse(deps.db, { severity: "critical" }, { marker, ids: [fresh.id] }, viewer);
  expect(pulse).toMatchObject({ fresh: 1, listed: [{ id: fresh.id, state: "investigating", holderName: "Ana Lind" }] });
  expect(await queuePulse(deps.db, {}, { marker: newId(), ids: [] }, viewer)).toEqual({ fresh: 0, listed: [] });
});

test("a saved view keeps what narrows the queue, is one's own, and is replaced under its name", async () => {
  const ben = await createStaff(deps.db);
  const input = (query: string) => saveViewSchema.parse({ name: "  Grave ones ", query });
  expect(await saveView(deps, ana, input("severity=high&after=5.x&evil=1"))).toEqual({ ok: true });
  expect(await saveView(deps, ana, input("severity=critical"))).toEqual({ ok: true });
  const [view] = (await queueChoices(deps.db, ana.id, null)).views;
  expect(view).toMatchObject({ name: "Grave ones", query: "severity=critical" });
  expect((await queueChoices(deps.db, ben.id, null)).views).toEqual([]);
  expect(await removeView(deps, ben, { viewId: view!.id })).toEqual({ ok: false, reason: "not_found" });
  expect(await removeView(deps, ana, { viewId: view!.id })).toEqual({ ok: true });
});
