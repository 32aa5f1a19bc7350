import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { queueNames } from "~/infra/outbox-topics";
import { openQueues, type Queues } from "~/infra/queue.server";
import type { Actor } from "~/modules/access/actor";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { bulkInputSchema } from "~/modules/bulk/bulk-input.schema";
import { createBulk } from "~/modules/bulk/create-bulk.server";
import { parseSelection } from "~/modules/bulk/selection";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { upsertAccountSchema } from "~/modules/platforms/upsert-account.schema";
import { upsertAccount } from "~/modules/platforms/upsert-account.server";
import { approveReferral } from "~/modules/referrals/approve-referral.server";
import { assemblePacket, contentHash } from "~/modules/referrals/assemble-packet.queries.server";
import { draftReferral } from "~/modules/referrals/draft-referral.server";
import { moveReferral } from "~/modules/referrals/move-referral.server";
import { referralContentSchema } from "~/modules/referrals/referral.schema";
import { saveReferral } from "~/modules/referrals/save-referral.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { relayBatch } from "../../jobs/outbox-relay";
import { schedules } from "../../jobs/schedules";
import { must } from "../factories/appealed";
import { anInvestigation, aViolation, clauseByCode, enforcers } from "../factories/investigation";
import { manyCases } from "../factories/many-cases";
import { nth } from "../factories/moment";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aCaseToDecide, decide } from "../support/deciding";
import { startRedis, type TestRedis } from "../support/redis";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink";
import { startReceiver, type Receiver } from "../support/webhook-receiver";
import { startTestWorker, type TestWorker } from "../support/worker";

const soon = { timeout: 60_000, interval: 50 };
const operator = { kind: "system", name: "test" } as const;

let redis: TestRedis;
let database: TestDatabase;
let deps: TestDeps;
let sink: SmtpSink;
let receiver: Receiver;
let queues: Queues;
let worker: TestWorker | null = null;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.flush();
  [database, sink, receiver] = await Promise.all([testDatabase(), startSmtpSink(), startReceiver()]);
  deps = await database.deps("2026-11-20T21:00:00Z", { REDIS_URL: redis.url, WEBHOOK_LOOPBACK: "1" });
  queues = await openQueues(deps.config, deps.log);
});
afterEach(async () => {
  sink.release();
  await worker?.stop(2_000);
  worker = null;
  await queues.close();
  await Promise.all([sink.close(), receiver.close()]);
  await database.close();
});
afterAll(() => redis.close());

const startWorkerWithWatch = async () => (worker = await startTestWorker(deps, sink.url, { sendTimeoutMs: 30_000, watchMs: 200, tuning: { lockDuration: 1_000, stalledInterval: 500 } }));
const jobsKnown = async () => {
  const counts = await Promise.all(queueNames.filter((name) => name !== "timers").map((name) => queues.queue(name).getJobCounts("active", "waiting", "delayed", "failed", "completed")));
  return counts.flatMap((count) => Object.values(count)).reduce((sum, count) => sum + count, 0);
};
/** Whoever is at work holds a lease by the test's clock, which must not run out because that clock leaps. */
const atWork = async () => {
  const ahead = { gt: deps.clock().toJSDate() };
  const counts = await Promise.all([
    deps.db.notice.count({ where: { state: "queued", leaseUntil: ahead } }),
    deps.db.webhookDelivery.count({ where: { state: "pending", leasedUntil: ahead } }),
    deps.db.referralPacket.count({ where: { state: { not: "ready" }, leaseUntil: ahead } }),
  ]);
  return counts.some((count) => count > 0);
};
/**
 * Every row's work is over. The watch asks only after what was handed over more than a minute ago; jobs that wait for
 * real time are told that the clock moved.
 */
const allFinished = async () => {
  await expect
    .poll(async () => {
      if (!(await atWork())) deps.clock.advance({ seconds: 20 });
      await Promise.all(queueNames.filter((name) => name !== "timers").map((name) => queues.queue(name).promoteJobs()));
      return deps.db.outboxMessage.findMany({ where: { finishedAt: null }, select: { topic: true, relayedAt: true } });
    }, { timeout: 60_000, interval: 300 })
    .toEqual([]);
};

/** An account that shares its card with a suspended one: the worker compares them. */
async function anEvader(platformId: string, ana: Parameters<typeof applyInterimMeasure>[1]): Promise<string> {
  const platform: Actor = { kind: "api_key", id: newId(), platformId, scopes: ["account:write"] };
  const tell = async (facts: object) => must(await upsertAccount(deps, platform, upsertAccountSchema.parse({ externalId: `ext-${nth()}`, businessName: "Cottonwood Deals", ...facts }))).accountId;
  const card = `card-${nth()}-000000`;
  const old = await tell({ paymentFingerprints: [card] });
  const { caseId } = await anInvestigation(deps, ana, { platformId, accountId: old });
  must(await applyInterimMeasure(deps, ana, { caseId, version: undefined, kind: "suspension", features: [], days: 7, reason: "Complaints keep coming in while we look." }));
  deps.clock.advance({ minutes: 1 });
  return tell({ paymentFingerprints: [card] });
}

/** A referral that two people agreed on: its packet is to be made. */
async function aPacket({ platformId, ana, lee, lou }: Awaited<ReturnType<typeof enforcers>>): Promise<string> {
  const found = await anInvestigation(deps, ana, { platformId });
  const { decisionId } = must(await decideCase(deps, ana, await aViolation(deps, found, { lawEnforcementReferral: true, noTipOff: true })));
  must(await approveDecision(deps, lee, { decisionId }));
  const action = await deps.db.action.findFirstOrThrow({ where: { decisionId, kind: "law_enforcement_referral" } });
  const { referralId } = must(await draftReferral(deps, lee, { actionId: action.id }));
  const version = async () => (await deps.db.referral.findUniqueOrThrow({ where: { id: referralId } })).version;
  const content = referralContentSchema.parse({
    agency: "Sheridan Police Department", legalBasis: "emergency", narrative: "The account threatened a neighbour by name.", periodFrom: "2026-11-01", periodTo: "2026-11-20",
    hiddenNames: "", reports: found.reports.map(({ id }) => id), files: [], originals: [], reasons: {},
  });
  must(await saveReferral(deps, lee, { ...content, referralId, version: await version() }));
  must(await moveReferral(deps, lee, { referralId, version: await version(), step: "submit", reason: "" }));
  return must(await approveReferral(deps, lou, { referralId, seen: contentHash((await assemblePacket(deps, referralId))!) })).packetId;
}

describe("Redis forgets everything", { timeout: 120_000 }, () => {
  test("after the relay handed everything over and before anything was done: all of it happens, once", async () => {
    const { people } = await aCaseToDecide(deps).then(async (deciding) => {
      must(await createEndpoint(deps, operator, { platformKey: "customerflows", url: receiver.url, description: "test", events: [] }));
      await decide(deps, deciding);
      return deciding;
    });
    const colleagues = await enforcers(deps);
    const evaderId = await anEvader(colleagues.platformId, colleagues.ana);
    const packetId = await aPacket(colleagues);
    await manyCases(deps, colleagues.platformId, 6);
    const { bulkId } = must(
      await createBulk(deps, colleagues.lee, {
        selection: parseSelection(new URLSearchParams("subject=case&scope=all&platform=customerflows&area=spam&state=open"))!,
        input: bulkInputSchema.parse({ kind: "decide", clauseId: await clauseByCode(deps, "CF-AUP-4.1.b"), facts: "On {day} your account sent what nobody asked for.", rationale: "All of one campaign." }),
        idempotencyKey: newId(),
      }),
    );

    while ((await relayBatch(deps, queues)) > 0);
    const handedOver = await deps.db.outboxMessage.groupBy({ by: ["topic"], where: { relayedAt: { not: null } }, orderBy: { topic: "asc" } });
    expect(handedOver.map(({ topic }) => topic)).toEqual(["account.identified", "bulk.work", "notice.deliver", "packet.build", "webhook.deliver"]);
    expect(await jobsKnown()).toBeGreaterThan(10);
    await redis.flush();
    expect(await jobsKnown()).toBe(0);
    await startWorkerWithWatch();
    await allFinished();

    const notices = await deps.db.notice.findMany();
    expect(notices.map(({ state }) => state)).toEqual(notices.map(() => "handed_over"));
    expect(notices.length).toBeGreaterThanOrEqual(people.length);
    expect(sink.mails.map(({ messageId }) => messageId).toSorted()).toEqual(notices.map(({ messageId }) => messageId).toSorted());
    expect(await deps.db.action.findMany({ where: { state: "active", noTipOff: false, appealClosesAt: null, account: { contacts: { some: {} } } }, select: { kind: true } })).toEqual([]);
    const messages = await deps.db.webhookMessage.findMany();
    expect(receiver.received.map(({ headers }) => String(headers["webhook-id"])).toSorted()).toEqual(messages.map(({ id }) => id).toSorted());
    expect(await deps.db.signal.count({ where: { accountId: evaderId, rule: "duplicate_account" } })).toBe(1);
    expect(await deps.db.referralPacket.findUniqueOrThrow({ where: { id: packetId } })).toMatchObject({ state: "ready" });
    expect(await deps.db.bulkOperation.findUniqueOrThrow({ where: { id: bulkId } })).toMatchObject({ state: "ready", total: 6 });
    expect(await deps.db.bulkItem.count({ where: { bulkId } })).toBe(6);
    expect((await verifyChain(deps)).ok).toBe(true);
  });

  test("while mails are being handed to the mail server: each is sent once, and what follows from it follows", async () => {
    await startWorkerWithWatch();
    const deciding = await aCaseToDecide(deps);
    sink.behave({ hold: "data" });
    await decide(deps, deciding);
    await expect.poll(() => sink.held(), soon).toBe(3);
    await redis.flush();
    sink.release();
    await expect.poll(() => deps.db.notice.count({ where: { state: "handed_over" } }), soon).toBe(3);
    await allFinished();
    expect(sink.mails.map(({ to }) => to).toSorted()).toEqual(deciding.people);
    expect((await deps.db.action.findMany()).map(({ informedAt, appealClosesAt }) => [informedAt !== null, appealClosesAt !== null])).toEqual([[true, true]]);
    expect(await deps.db.auditEntry.count({ where: { type: "action.informed" } })).toBe(1);
  });

  test("its recurring jobs come back and run, without the worker being started anew", async () => {
    await startWorkerWithWatch();
    const timers = queues.queue("timers");
    const known = async () => (await timers.getJobSchedulers()).map(({ key }) => key).toSorted();
    expect(await known()).toEqual(Object.keys(schedules).toSorted());
    await redis.flush();
    await expect.poll(known, soon).toEqual(Object.keys(schedules).toSorted());
    await expect.poll(async () => (await timers.getJobCounts("completed")).completed, soon).toBeGreaterThan(0);
  });
});
