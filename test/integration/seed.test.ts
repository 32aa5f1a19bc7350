import { afterAll, beforeAll, expect, test } from "vitest";
import { seedDemo } from "#prisma/seed/demo";
import { seedReference } from "#prisma/seed/reference";
import { roles } from "~/modules/access/permissions";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
});
afterAll(() => database.close());

test("five platforms, each with its policies in force and a ladder for every severity", async () => {
  expect(await seedReference(deps)).toEqual(["customerflows", "chatflow", "contactflow", "casaflow", "xpecto"]);
  const platforms = await deps.db.platform.findMany({ include: { policies: { include: { versions: true } }, ladders: true, features: true } });
  for (const platform of platforms) {
    expect(platform.policies.length, platform.key).toBeGreaterThan(0);
    expect(platform.policies.flatMap(({ versions }) => versions.map(({ state }) => state))).toEqual(platform.policies.map(() => "in_force"));
    expect(platform.ladders.map(({ severity }) => severity).sort()).toEqual(["critical", "high", "low", "medium"]);
    expect(platform.features.map(({ code }) => code)).toContain("marketing_messages");
  }
  const sheridan = platforms.find(({ key }) => key === "customerflows");
  expect(sheridan).toMatchObject({ zone: "America/Denver", appealWindowDays: 30, appealSlaBusinessDays: 10, policyNoticeLeadDays: 14 });
});

test("a second seed adds nothing and leaves what people changed", async () => {
  await deps.db.platform.update({ where: { key: "customerflows" }, data: { appealWindowDays: 45 } });
  const before = await deps.db.clauseVersion.count();
  expect(await seedReference(deps)).toEqual([]);
  expect(await deps.db.clauseVersion.count()).toBe(before);
  expect((await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })).appealWindowDays).toBe(45);
});

test("two seeds at once add everything once", async () => {
  const other = await testDatabase();
  try {
    const both = await other.deps();
    const added = await Promise.all([seedReference(both), seedReference(both)]);
    expect(added.flat()).toHaveLength(5);
    expect(await both.db.platform.count()).toBe(5);
  } finally {
    await other.close();
  }
});

test("the demo: cases in every state, near deadlines, and a chain that verifies", async () => {
  const demo = await testDatabase();
  try {
    const stage = await demo.deps();
    await seedReference(stage);
    expect(await seedDemo(stage)).toBe("added");
    expect(await seedDemo(stage)).toBe("present");
    const { db } = stage;
    expect(await db.account.count()).toBe(40);
    expect((await db.report.count()) + (await db.signal.count())).toBeGreaterThanOrEqual(120);
    const states = await db.case.groupBy({ by: ["state"] });
    expect(states.map(({ state }) => state).sort()).toEqual(["closed", "decided", "investigating", "open", "waiting_for_information"]);
    expect(new Set((await db.staff.findMany()).flatMap(({ roles }) => roles))).toEqual(new Set(roles));
    const soon = stage.clock().plus({ days: 5 }).toJSDate();
    expect(await db.appeal.count({ where: { state: { in: ["filed", "under_review"] }, dueAt: { gt: stage.clock().toJSDate(), lt: soon } } })).toBe(2);
    expect(await db.action.count({ where: { state: "active", endsAt: { lt: stage.clock().toJSDate() } } })).toBe(0);
    expect(await verifyChain(stage)).toMatchObject({ ok: true });
  } finally {
    await demo.close();
  }
}, 120_000);
