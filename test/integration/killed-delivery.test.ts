import { Duration } from "luxon";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { moveTestClock } from "~/infra/clock.server";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { openQueues } from "~/infra/queue.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { seedReference } from "#prisma/seed/reference";
import { must } from "../factories/appealed";
import { anAccount } from "../factories/platform";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { killVictims, startVictim } from "../support/victims";
import { startReceiver, type Receiver } from "../support/webhook-receiver";
import { startTestWorker, type TestWorker } from "../support/worker";

const soon = { timeout: 60_000, interval: 20 };
const features = ["a", "b", "c"];
const tuning = { lockDuration: 1_000, stalledInterval: 500 };

/** Where a worker is stopped and killed while it delivers, and whether the receiver has the message by then. */
const places: [string, RoadblockPlace | "unanswered", { sent: boolean }][] = [
  ["the relay has handed the first deliveries over, their rows do not say so", { table: "outbox_message", on: "UPDATE", when: "NEW.topic = 'webhook.deliver' AND NEW.relayed_at IS NOT NULL" }, { sent: false }],
  ["it is not claimed yet", { table: "webhook_delivery", on: "UPDATE", when: "NEW.leased_until IS NOT NULL" }, { sent: false }],
  ["the receiver has it and has not answered", "unanswered", { sent: true }],
  ["the receiver has answered, the attempt is not on record", { table: "webhook_attempt", on: "INSERT" }, { sent: true }],
  ["the attempt is written, the delivery does not say that it is made", { table: "webhook_delivery", on: "UPDATE", when: "NEW.state = 'delivered'" }, { sent: true }],
  ["it says so, the next one of the account is not staged", { table: "outbox_message", on: "INSERT", when: "NEW.topic = 'webhook.deliver'" }, { sent: true }],
];

describe("a worker killed with SIGKILL in the middle of webhook deliveries", { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let receiver: Receiver;
  let env: Record<string, string>;
  let deps: Deps;
  let accounts: { id: string; externalId: string }[];
  let survivor: TestWorker | null = null;

  beforeEach(async () => {
    [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
    env = { ...testEnvironment(database.url, "/nonexistent"), WEBHOOK_LOOPBACK: "1", TEST_CLOCK: "1" };
    deps = await buildDeps(loadConfig(env), "test");
    await (await openQueues(deps.config, deps.log)).close();
    await seedReference(deps);
    const { id: platformId } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
    must(await createEndpoint(deps, { kind: "system", name: "test" }, { platformKey: "customerflows", url: receiver.url, description: "test", events: ["gate.changed"] }));
    accounts = await Promise.all(["first", "second"].map(() => anAccount(deps, platformId)));
  });
  afterEach(async () => {
    killVictims();
    await survivor?.stop(2_000);
    survivor = null;
    await receiver.close();
    await closeDeps(deps);
    await database.close();
  });

  /** Each account is denied one feature after the other: as many messages, in that order. */
  const happen = async () => {
    for (const feature of features) {
      for (const { id: accountId } of accounts) await deps.db.gateEntry.create({ data: { accountId, feature, verdict: "deny", reasonCode: "feature_restricted", updatedAt: deps.clock().toJSDate() } });
    }
  };
  const idsReceived = () => receiver.received.map(({ headers }) => String(headers["webhook-id"]));
  const copies = (id: string) => idsReceived().filter((one) => one === id).length;
  const pending = async () => (await deps.db.webhookDelivery.findMany({ where: { state: "pending" } })).map(({ messageId }) => messageId);
  /** What a dead worker had claimed is free for another. */
  const leasesAreOver = () => moveTestClock(deps, { advance: Duration.fromObject({ minutes: 2 }) as Duration<true> });

  test.each(places)("twice: %s", async (_what, place, { sent }) => {
    await happen();
    const block = place === "unanswered" ? null : await roadblock(database.url, place);
    if (place === "unanswered") receiver.answer = () => ({ status: 204, afterMs: 3_600_000 });
    const inDoubt = new Map<string, number>();
    for (const _kill of ["first", "second"]) {
      const had = idsReceived().length;
      const victim = await startVictim(env, "work");
      await victim.ready;
      if (block) await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
      if (sent) await expect.poll(() => receiver.received.length - had, soon).toBeGreaterThanOrEqual(accounts.length);
      await victim.kill();
      await block?.clear();
      const unmarked = await pending();
      for (const id of idsReceived().slice(had)) if (unmarked.includes(id)) inDoubt.set(id, (inDoubt.get(id) ?? 0) + 1);
      must(await leasesAreOver());
    }
    if (sent) expect([...inDoubt.values()].toSorted()).toEqual(accounts.map(() => 2));
    await block?.lift();
    receiver.answer = () => ({ status: 204 });
    survivor = await startTestWorker(deps, "smtp://127.0.0.1:1", { tuning });
    await expect.poll(pending, soon).toEqual([]);

    const messages = await deps.db.webhookMessage.findMany();
    expect(messages).toHaveLength(accounts.length * features.length);
    expect(await deps.db.webhookDelivery.count({ where: { state: "delivered" } })).toBe(messages.length);
    // What a worker was telling when it died is told once more for each death, and nothing else is told twice.
    expect(messages.map(({ id }) => [id, copies(id)])).toEqual(messages.map(({ id }) => [id, 1 + (inDoubt.get(id) ?? 0)]));
    expect(idsReceived().filter((id) => !messages.some((message) => message.id === id))).toEqual([]);
    for (const { externalId } of accounts) {
      const told = receiver.received.map(({ body }) => JSON.parse(body) as { data: { account: string; seq: number } }).filter(({ data }) => data.account === externalId);
      expect(told.map(({ data }) => data.seq)).toEqual(told.map(({ data }) => data.seq).toSorted((a, b) => a - b));
    }
  });

  test("the receiver has answered and the database hangs up: the answer is written down later, and not asked for again", async () => {
    const block = await roadblock(database.url, { table: "webhook_delivery", on: "UPDATE", when: "NEW.state = 'delivered'" });
    survivor = await startTestWorker(deps, "smtp://127.0.0.1:1", { tuning });
    await happen();
    await expect.poll(() => block.waiting(), soon).toBe(accounts.length);
    await block.hangUp();
    // Within the lease nobody else asks: whoever comes again is the one that has the answer.
    await expect.poll(() => block.waiting(), soon).toBe(accounts.length);
    await block.hangUp();
    await block.lift();
    await expect.poll(pending, soon).toEqual([]);
    const messages = await deps.db.webhookMessage.findMany();
    expect(idsReceived().toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
  });
});
