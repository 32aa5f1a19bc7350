import { afterAll, beforeAll, expect, test } from "vitest";
import { seedReference } from "#prisma/seed/reference";
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
