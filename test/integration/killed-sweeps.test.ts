import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { DateTime } from "luxon";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openQueues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { decided, must } from "../factories/appealed";
import { anInvestigation, aViolation, enforcers } from "../factories/investigation";
import { anAccount } from "../factories/platform";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { gateAndProjection } from "../support/gate-and-projection";
import { roadblock, type RoadblockPlace } from "../support/roadblock";
import { startReceiver, type Receiver } from "../support/webhook-receiver";
import { startTestWorker, type TestWorker } from "../support/worker";

const root = resolve(import.meta.dirname, "../..");
const soon = { timeout: 60_000, interval: 20 };
const each = 3;

interface Due {
  expiring: string[];
  beginning: string[];
}

/** Where the worker is stopped and killed: in both sweeps and in a delivery at once. */
const places: [string, (due: Due) => RoadblockPlace[], { answers: boolean; committed: boolean }][] = [
  [
    "half of the actions are ended and begun; the receiver has answered, and the delivery does not say so",
    ({ expiring, beginning }) => [
      { table: "action", on: "UPDATE", when: `NEW.state = 'expired' AND NEW.id = '${expiring[1]}'` },
      { table: "action", on: "UPDATE", when: `NEW.begun_at IS NOT NULL AND OLD.begun_at IS NULL AND NEW.id = '${beginning[1]}'` },
      { table: "webhook_delivery", on: "UPDATE", when: "NEW.state = 'delivered'" },
    ],
    { answers: true, committed: false },
  ],
  [
    "everything is written and the commit links the audit entries; the receiver has the message and has not answered",
    () => [{ table: "audit_link", on: "INSERT" }],
    { answers: false, committed: false },
  ],
  [
    "all of it is done, and the queue does not know",
    () => ["actions.expire", "actions.begin", "webhook.deliver"].map((name) => ({ table: "bullmq.job", on: "UPDATE", when: `NEW.name = '${name}' AND NEW.state = 'completed'` })),
    { answers: true, committed: true },
  ],
];

describe("a worker killed with SIGKILL in the middle of sweeps and webhooks", { timeout: 180_000 }, () => {
  let database: TestDatabase;
  let receiver: Receiver;
  let past: TestDeps;
  let victim: ChildProcess | null = null;
  let survivor: TestWorker | null = null;

  beforeEach(async () => {
    [database, receiver] = await Promise.all([testDatabase(), startReceiver()]);
    past = await database.deps(DateTime.utc().minus({ days: 8 }).toISO(), { WEBHOOK_LOOPBACK: "1" });
    await (await openQueues(past.config, past.log)).close();
  });
  afterEach(async () => {
    victim?.kill("SIGKILL");
    await survivor?.stop(500);
    survivor = null;
    await receiver.close();
    await database.close();
  });

  /** Suspensions whose week is over since yesterday, and as many that were to begin yesterday. */
  const actionsDue = async (): Promise<Due> => {
    const { platformId, ana } = await enforcers(past);
    const expiring: string[] = [];
    const beginning: string[] = [];
    const startsAt = DateTime.utc().minus({ days: 1 }).toFormat("yyyy-MM-dd'T'HH:mm");
    const conductOn = past.clock().minus({ days: 2 }).toISODate();
    for (let n = 0; n < each; n += 1) {
      expiring.push((await decided(past, ana, platformId)).actionId);
      const found = await anInvestigation(past, ana, { platformId });
      const violation = await aViolation(past, found, { clause: "CF-AUP-4.3.b", startsAt });
      violation.findings[0]!.conductOn = conductOn;
      const { decisionId } = must(await decideCase(past, ana, violation));
      beginning.push((await past.db.action.findFirstOrThrow({ where: { decisionId } })).id);
    }
    await past.db.outboxMessage.deleteMany();
    must(await createEndpoint(past, { kind: "system", name: "test" }, { platformKey: "customerflows", url: receiver.url, description: "test", events: [] }));
    const { id: accountId } = await anAccount(past, platformId);
    await past.db.gateEntry.create({ data: { accountId, feature: "chatbot", verdict: "deny", reasonCode: "feature_restricted", updatedAt: new Date() } });
    return { expiring: expiring.toSorted(), beginning: beginning.toSorted() };
  };
  const startVictim = () => {
    const child = spawn(process.execPath, ["--import", "tsx", resolve(root, "test/support/victim.ts"), "work"], {
      cwd: root,
      env: { ...testEnvironment(database.url, "/nonexistent"), WEBHOOK_LOOPBACK: "1", PATH: process.env.PATH, NODE_ENV: "test" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    victim = child;
    return child;
  };
  const sweepsSay = async ({ expiring, beginning }: Due) => [
    await past.db.action.count({ where: { id: { in: expiring }, state: "expired" } }),
    await past.db.action.count({ where: { id: { in: beginning }, begunAt: { not: null } } }),
  ];

  test.each(places)("%s", async (_what, where, { answers, committed }) => {
    const due = await actionsDue();
    if (!answers) receiver.answer = () => ({ status: 204, afterMs: 120_000 });
    const blocks = [];
    for (const place of where(due)) blocks.push(await roadblock(database.url, place));
    const child = startVictim();
    for (const block of blocks) await expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);
    await expect.poll(() => receiver.received.length, soon).toBeGreaterThan(0);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    expect(await gone).toEqual([null, "SIGKILL"]);
    for (const block of blocks) await block.clear();
    for (const block of blocks) await block.lift();
    expect(await sweepsSay(due)).toEqual(committed ? [each, each] : [0, 0]);
    const before = receiver.received.map(({ headers }) => headers["webhook-id"]);
    const marked = (await past.db.webhookDelivery.findMany({ where: { state: "delivered" } })).map(({ messageId }) => messageId);
    receiver.answer = () => ({ status: 204 });

    // The leases of the dead are over for a worker whose clock is a little ahead.
    const later = await database.deps(DateTime.utc().plus({ minutes: 3 }).toISO(), { WEBHOOK_LOOPBACK: "1" });
    survivor = await startTestWorker(later, "smtp://127.0.0.1:1", { tuning: { lockDuration: 1_000, stalledInterval: 500 } });
    await expect.poll(() => sweepsSay(due), soon).toEqual([each, each]);
    await expect.poll(() => past.db.webhookDelivery.count({ where: { state: "pending" } }), soon).toBe(0);

    const byAction = (ids: string[]) => ids.map((id) => [id, 1] as const);
    const trail = async (type: string) => {
      const entries = await past.db.auditEntry.findMany({ where: { type } });
      const named = entries.map(({ body }) => /"actionId":"([^"]+)"/.exec(body)?.[1] ?? "");
      return [...new Set(named)].toSorted().map((id) => [id, named.filter((one) => one === id).length] as const);
    };
    expect(await trail("action.expired")).toEqual(byAction(due.expiring));
    expect(await trail("action.began")).toEqual(byAction(due.beginning));
    const told = await past.db.notice.findMany({ where: { actionId: { in: due.expiring }, createdAt: { gt: past.clock().plus({ days: 1 }).toJSDate() } } });
    expect(told.map(({ actionId }) => actionId).toSorted()).toEqual(due.expiring);

    const messages = await past.db.webhookMessage.findMany({ where: { deliveries: { some: {} } } });
    const ids = receiver.received.map(({ headers }) => String(headers["webhook-id"]));
    expect([...new Set(ids)].toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
    for (const { id } of messages) {
      const copies = receiver.received.filter(({ headers }) => headers["webhook-id"] === id);
      expect(copies.length).toBeLessThanOrEqual(before.includes(id) && !marked.includes(id) ? 2 : 1);
      expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
    }
    for (const { accountId } of await past.db.action.findMany({ where: { id: { in: [...due.expiring, ...due.beginning] } } })) {
      const { gate, projection } = await gateAndProjection(later, accountId);
      expect(gate).toEqual(projection);
    }
    expect((await verifyChain(past)).ok).toBe(true);
  });
});
