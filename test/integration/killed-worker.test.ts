import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { openQueues } from "~/infra/queue.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";
import { aCaseToDecide, decide, type Deciding } from "../support/deciding";
import { startRedis, type TestRedis } from "../support/redis";
import { roadblock, type Roadblock, type RoadblockPlace } from "../support/roadblock";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink";
import { killVictims, startVictim } from "../support/victims";
import { startTestWorker, type TestWorker } from "../support/worker";

const soon = { timeout: 40_000, interval: 20 };

/** The steps from a decision to its notices, and where a process is stopped and killed between two of them. */
const beforeTheCommit: [string, RoadblockPlace][] = [
  ["the decision is written, its first notice is not", { table: "notice", on: "INSERT" }],
  ["a notice is written, its outbox row is not", { table: "outbox_message", on: "INSERT" }],
  ["everything is written, the commit links the audit entry", { table: "audit_link", on: "INSERT" }],
];
const delivering = "NEW.name = 'notice.deliver'";
const afterTheCommit: [string, RoadblockPlace, "postgres"?][] = [
  ["the relay holds the rows, the queue has no job yet", { table: "bullmq.job", on: "INSERT", when: delivering }, "postgres"],
  ["the queue has the jobs, the rows are not marked", { table: "outbox_message", on: "UPDATE" }],
  ["a worker has the job, the notice is not claimed", { table: "notice", on: "UPDATE", when: "NEW.state = 'queued'" }],
  ["the mail server has answered, the notice is not marked", { table: "notice", on: "UPDATE", when: "NEW.state = 'handed_over'" }],
  ["the notice is marked, what follows from it is not staged", { table: "outbox_message", on: "INSERT", when: "NEW.topic = 'notice.handed_over'" }],
  ["the notice is handed over, the queue does not know that the job is done", { table: "bullmq.job", on: "UPDATE", when: `${delivering} AND NEW.state = 'completed'` }, "postgres"],
  ["the notice is handed over, the appeal window is not open yet", { table: "action", on: "UPDATE" }],
];

describe.each(["postgres", "redis"] as const)("killed with SIGKILL, BullMQ on %s", { timeout: 120_000 }, (backend) => {
  let redis: TestRedis | null = null;
  let database: TestDatabase;
  let sink: SmtpSink;
  let deps: Deps;
  let deciding: Deciding;
  let env: Record<string, string>;
  const survivors: TestWorker[] = [];

  beforeAll(async () => {
    redis = backend === "redis" ? await startRedis() : null;
  });
  beforeEach(async () => {
    await redis?.flush();
    database = await testDatabase();
    sink = await startSmtpSink();
    env = { ...testEnvironment(database.url, "/nonexistent"), SMTP_URL: sink.url, ...(redis ? { REDIS_URL: redis.url } : {}) };
    deps = await buildDeps(loadConfig(env), "test", systemClock);
    await (await openQueues(deps.config, deps.log)).close();
    deciding = await aCaseToDecide(deps);
  });
  afterEach(async () => {
    killVictims();
    sink.release();
    await Promise.all(survivors.splice(0).map((worker) => worker.stop(1_000)));
    await sink.close();
    await closeDeps(deps);
    await database.close();
  });
  afterAll(() => redis?.close());

  const reached = (block: Roadblock) => expect.poll(() => block.waiting(), soon).toBeGreaterThan(0);

  /**
   * No decision without its notices, and each of them under one Message-ID. What was marked when the process died is
   * not sent again; what it was sending may be, once, under the same Message-ID.
   */
  const recoverAndCheck = async () => {
    const marked = new Set((await deps.db.notice.findMany({ where: { state: "handed_over" } })).map((notice) => notice.messageId));
    // By a clock that is ahead the leases of the dead are over: nobody has to wait for them.
    const later = { ...deps, clock: () => deps.clock().plus({ minutes: 5 }) };
    survivors.push(await startTestWorker(later, sink.url, { sendTimeoutMs: 20_000, tuning: { lockDuration: 1_000, stalledInterval: 500 } }));
    const decisions = await deps.db.decision.findMany({ include: { actions: true } });
    expect(decisions).toHaveLength(1);
    const { people } = deciding;
    await expect.poll(() => deps.db.notice.count({ where: { state: "handed_over" } }), soon).toBe(people.length);
    await expect.poll(async () => (await deps.db.action.findMany()).every((action) => action.informedAt && action.appealClosesAt), soon).toBe(true);

    const notices = await deps.db.notice.findMany();
    expect(notices.map((notice) => deps.crypto.open(notice.addressSealed, "notice.address")).toSorted()).toEqual(people);
    expect([...new Set(sink.mails.map((mail) => mail.messageId))].toSorted()).toEqual(notices.map((notice) => notice.messageId).toSorted());
    for (const { messageId, addressSealed } of notices) {
      const copies = sink.mails.filter((mail) => mail.messageId === messageId);
      expect(copies.map((mail) => mail.to)).toEqual(copies.map(() => deps.crypto.open(addressSealed, "notice.address")));
      expect(copies.length).toBeLessThanOrEqual(marked.has(messageId) ? 1 : 2);
    }
    expect((await verifyChain(deps)).ok).toBe(true);
  };

  if (backend === "postgres")
    test.each(beforeTheCommit)("while deciding: %s", async (_between, place) => {
      const block = await roadblock(database.url, place);
      const victim = await startVictim(env, "decide", deciding);
      await reached(block);
      await victim.kill();
      await block.clear();
      await block.lift();
      expect({
        decisions: await deps.db.decision.count(),
        actions: await deps.db.action.count(),
        strikes: await deps.db.strike.count(),
        notices: await deps.db.notice.count(),
        outbox: await deps.db.outboxMessage.count(),
        audit: await deps.db.auditEntry.count({ where: { type: "decision.took_effect" } }),
        undecided: await deps.db.case.count({ where: { state: "investigating" } }),
      }).toEqual({ decisions: 0, actions: 0, strikes: 0, notices: 0, outbox: 0, audit: 0, undecided: 1 });
      await decide(deps, deciding);
      await recoverAndCheck();
    });

  test("the decision is committed, nothing has been relayed", async () => {
    const victim = await startVictim(env, "decide", deciding);
    await victim.ready;
    await victim.kill();
    expect(await deps.db.outboxMessage.count({ where: { relayedAt: null } })).toBe(3);
    await recoverAndCheck();
    expect(sink.mails).toHaveLength(3);
  });

  test.each(afterTheCommit.filter(([, , only]) => !only || only === backend))("while working: %s", async (_between, place) => {
    const block = await roadblock(database.url, place);
    const victim = await startVictim(env, "work");
    await victim.ready;
    await decide(deps, deciding);
    await reached(block);
    await victim.kill();
    await block.clear();
    await block.lift();
    await recoverAndCheck();
  });

  test.each(["rcpt", "data"] as const)("while working: the mail server has the %s command and has not answered", async (at) => {
    sink.behave({ hold: at });
    const victim = await startVictim(env, "work");
    await victim.ready;
    await decide(deps, deciding);
    await expect.poll(() => sink.held(), soon).toBe(3);
    await victim.kill();
    expect(await deps.db.notice.count({ where: { state: "queued" } })).toBe(3);
    sink.release();
    await recoverAndCheck();
    expect(sink.mails).toHaveLength(at === "rcpt" ? 3 : 6);
  });

  if (backend === "redis") {
    const pauseRedis = async () => {
      const client = new Redis(redis!.url);
      await client.call("CLIENT", "PAUSE", "60000", "WRITE");
      return async () => {
        await client.call("CLIENT", "UNPAUSE");
        client.disconnect();
      };
    };

    test("while working: the relay holds the rows, the queue has no job yet", async () => {
      const victim = await startVictim(env, "work");
      await victim.ready;
      const resume = await pauseRedis();
      await decide(deps, deciding);
      await expect.poll(async () => (await deps.db.$queryRaw<unknown[]>`SELECT id FROM outbox_message FOR UPDATE SKIP LOCKED`).length, soon).toBe(0);
      await victim.kill();
      await resume();
      await recoverAndCheck();
    });

    test("while working: the notice is handed over, the queue does not know that the job is done", async () => {
      const block = await roadblock(database.url, { table: "notice", on: "UPDATE", when: "NEW.state = 'handed_over'" });
      const victim = await startVictim(env, "work");
      await victim.ready;
      await decide(deps, deciding);
      await expect.poll(() => block.waiting(), soon).toBe(3);
      const resume = await pauseRedis();
      await block.lift();
      await expect.poll(() => deps.db.notice.count({ where: { state: "handed_over" } }), soon).toBe(3);
      await victim.kill();
      await resume();
      await recoverAndCheck();
    });
  }
});
