import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { openQueues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { bulkInputSchema } from "~/modules/bulk/bulk-input.schema";
import { createBulk } from "~/modules/bulk/create-bulk.server";
import { parseSelection } from "~/modules/bulk/selection";
import { steerBulk } from "~/modules/bulk/steer-bulk.server";
import { undoBulk } from "~/modules/bulk/undo-bulk.server";
import { workOnBulk } from "~/modules/bulk/work-on-bulk.server";
import { clauseByCode, enforcers } from "../factories/investigation";
import { manyCases } from "../factories/many-cases";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { killVictims, startVictim } from "../support/victims";
import { startTestWorker, type TestWorker } from "../support/worker";

const soon = { timeout: 60_000, interval: 20 };
const count = 8;

/** Where a worker is stopped and killed while it decides one case of a bulk action. */
const places: [string, RoadblockPlace][] = [
  ["the decision is written, its statement is not", { table: "statement_of_reasons", on: "INSERT" }],
  ["the case is decided, the item does not say so", { table: "bulk_item", on: "UPDATE", when: "NEW.state = 'done'" }],
  ["everything is written, the commit links the audit entry", { table: "audit_link", on: "INSERT" }],
  ["an item is undone, the item does not say so", { table: "bulk_item", on: "UPDATE", when: "NEW.state = 'undone'" }],
];

describe("a worker killed with SIGKILL in the middle of a bulk action", { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let deps: Deps;
  let env: Record<string, string>;
  let survivor: TestWorker | null = null;

  beforeEach(async () => {
    database = await testDatabase();
    env = { ...testEnvironment(database.url, "/nonexistent"), SMTP_URL: "smtp://127.0.0.1:1" };
    deps = await buildDeps(loadConfig(env), "test", systemClock);
    await (await openQueues(deps.config, deps.log)).close();
  });
  afterEach(async () => {
    killVictims();
    await survivor?.stop(2_000);
    survivor = null;
    await closeDeps(deps);
    await database.close();
  });

  /** A previewed bulk action of decisions, and somebody to start it. */
  const prepared = async () => {
    const people = await enforcers(deps);
    const { caseIds } = await manyCases(deps, people.platformId, count, { told: count });
    const made = await createBulk(deps, people.lee, {
      selection: parseSelection(new URLSearchParams("subject=case&scope=all&platform=customerflows&area=spam"))!,
      input: bulkInputSchema.parse({ kind: "decide", clauseId: await clauseByCode(deps, "CF-AUP-4.1.b"), facts: "On {day} your account sent what nobody asked for.", rationale: "All of one campaign." }),
      idempotencyKey: newId(),
    });
    if (!made.ok) throw new Error(made.reason);
    while ((await workOnBulk(deps, made.bulkId)).left);
    return { ...people, bulkId: made.bulkId, caseIds };
  };
  const stateOf = async (bulkId: string) => (await deps.db.bulkOperation.findUniqueOrThrow({ where: { id: bulkId } })).state;
  const recover = async () => {
    survivor = await startTestWorker(deps, env.SMTP_URL!, { tuning: { lockDuration: 1_000, stalledInterval: 500 } });
  };

  test.each(places)("%s", async (_what, place) => {
    const undoing = place.when?.includes("undone") ?? false;
    const { bulkId, caseIds, lee } = await prepared();
    await steerBulk(deps, lee, { bulkId, move: "start" });
    if (undoing) {
      while ((await workOnBulk(deps, bulkId)).left);
      await undoBulk(deps, lee, { bulkId, reason: "It was another sender's campaign." });
    }
    const block = await roadblock(database.url, place);
    const victim = await startVictim(env, "work");
    await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
    await victim.kill();
    await block.clear();
    await block.lift();
    await recover();
    await expect.poll(() => stateOf(bulkId), soon).toBe(undoing ? "undone" : "finished");

    expect(await deps.db.bulkItem.groupBy({ by: ["state"], where: { bulkId }, _count: true })).toEqual([{ state: undoing ? "undone" : "done", _count: count }]);
    const decisions = await deps.db.decision.findMany({ where: { caseId: { in: caseIds } }, include: { actions: true, strikes: true, statements: true } });
    expect(new Set(decisions.map(({ caseId }) => caseId)).size).toBe(count);
    expect(decisions.map(({ actions, strikes, statements }) => [actions.length, strikes.length, statements.length])).toEqual(Array.from({ length: count }, () => [1, 1, 1]));
    expect(decisions.filter(({ state, strikes }) => (undoing ? state === "reversed" && strikes[0]?.voidedAt : state === "in_effect" && !strikes[0]?.voidedAt))).toHaveLength(count);
    const told = await deps.db.notice.groupBy({ by: ["kind"], where: { caseId: { in: caseIds } }, _count: true, orderBy: { kind: "asc" } });
    expect(told.map(({ _count }) => _count)).toEqual(undoing ? [count, count] : [count]);
    expect(await deps.db.auditEntry.count({ where: { type: undoing ? "bulk.item_undone" : "bulk.item_done" } })).toBe(count);
    expect((await verifyChain(deps)).ok).toBe(true);
  });
});
