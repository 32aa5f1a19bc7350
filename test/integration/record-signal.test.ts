import { afterAll, beforeAll, expect, test } from "vitest";
import { seedReference } from "#prisma/seed/reference";
import { recordSignalSchema } from "~/modules/signals/record-signal.schema";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { createAccount } from "../factories/account";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  await seedReference(deps);
  platformId = (await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })).id;
});
afterAll(() => database.close());

const engine = { kind: "system", name: "signals" } as const;

async function quietHours(change: object = {}) {
  const { id } = await createAccount(deps.db, { platformId });
  return recordSignalSchema.parse({
    accountId: id,
    clauseCode: "CF-AUP-4.4.c",
    rule: "quiet_hours",
    ruleVersion: 1,
    windowStart: "2026-11-19T04:00:00Z",
    windowEnd: "2026-11-20T04:00:00Z",
    observed: 37,
    threshold: 5,
    score: 40,
    measures: { in_quiet_hours: 37, marketing_sent: 412 },
    eventIds: ["evt-1", "evt-2"],
    ...change,
  });
}

test("a signal opens a case in its clause's area and keeps its proof", async () => {
  const input = await quietHours();
  const recorded = await recordSignal(deps, engine, input);
  if (!recorded.ok) throw new Error(recorded.reason);
  const found = await deps.db.case.findUniqueOrThrow({ where: { id: recorded.caseId! }, include: { signals: true } });
  expect(found).toMatchObject({ accountId: input.accountId, area: "whatsapp_rules", state: "open", signalCount: 1, reportCount: 0 });
  expect(found.signals[0]).toMatchObject({ rule: "quiet_hours", eventIds: ["evt-1", "evt-2"], measures: input.measures });
});

test("the same finding reported twice, also at once, counts once", async () => {
  const input = await quietHours();
  const answers = await Promise.all([recordSignal(deps, engine, input), recordSignal(deps, engine, input), recordSignal(deps, engine, input)]);
  expect(answers.map((answer) => answer.ok && answer.duplicate).sort()).toEqual([false, true, true]);
  expect(await deps.db.case.findMany({ where: { accountId: input.accountId }, select: { signalCount: true } })).toEqual([{ signalCount: 1 }]);
});

test("a second rule joins the open case of the same area", async () => {
  const input = await quietHours();
  await recordSignal(deps, engine, input);
  await recordSignal(deps, engine, { ...input, clauseCode: "CF-AUP-4.4.a", rule: "frequency" });
  expect(await deps.db.case.findMany({ where: { accountId: input.accountId }, select: { signalCount: true } })).toEqual([{ signalCount: 2 }]);
});

test.each([
  ["a clause nobody knows", { clauseCode: "CF-AUP-9.9.z" }, "clause_not_in_force"],
  ["a clause that was not in force then", { windowStart: "2019-01-01T00:00:00Z", windowEnd: "2019-01-02T00:00:00Z" }, "clause_not_in_force"],
  ["an account nobody knows", { accountId: "00000000-0000-7000-8000-00000000dead" }, "not_found"],
])("refuses %s and leaves nothing", async (_what, change, reason) => {
  const before = await deps.db.signal.count();
  expect(await recordSignal(deps, engine, await quietHours(change))).toEqual({ ok: false, reason });
  expect(await deps.db.signal.count()).toBe(before);
});

test("only the machine records signals", async () => {
  const staff = { kind: "staff", id: "x", name: "Ana", roles: ["admin"] } as const;
  expect(await recordSignal(deps, staff, await quietHours())).toEqual({ ok: false, reason: "forbidden" });
});
