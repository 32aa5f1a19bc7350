import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { listFailedJobs, openQueues, removeFailedJob, retryFailedJob } from "~/infra/queue.server";
import type { Actor } from "~/modules/access/actor";
import { requeueLostNotices } from "~/modules/notices/requeue-lost-notices.server";
import { retryNotice } from "~/modules/notices/retry-notice.server";
import { leakGuard } from "~/modules/enforcement/check-leaks.server";
import { stageNotice, type HolderDraft, type OtherDraft } from "~/modules/notices/stage-notice.server";
import { schedules, syncSchedules } from "../../jobs/schedules";
import { createCase } from "../factories/case";
import { aDecision } from "../factories/decision";
import { aPlatform, anAccount } from "../factories/platform";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { startRedis, type TestRedis } from "../support/redis";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink";
import { startTestWorker, type TestWorker } from "../support/worker";

const lead: Actor = { kind: "staff", id: newId(), name: "Lea", roles: ["lead"] };
const soon = { timeout: 40_000, interval: 25 };

describe.each(["postgres", "redis"] as const)("BullMQ on %s", { timeout: 120_000 }, (backend) => {
  let database: TestDatabase;
  let redis: TestRedis | null = null;
  let sink: SmtpSink;
  let deps: TestDeps;
  let platform: Awaited<ReturnType<typeof aPlatform>>;
  const workers: TestWorker[] = [];
  const children: ChildProcess[] = [];

  const work = async (options?: Parameters<typeof startTestWorker>[2]) => {
    const worker = await startTestWorker(deps, sink.url, options);
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    redis = backend === "redis" ? await startRedis() : null;
  });
  beforeEach(async () => {
    await redis?.flush();
    database = await testDatabase();
    sink = await startSmtpSink();
    deps = await database.deps("2026-11-20T21:05:00Z", redis ? { REDIS_URL: redis.url } : {});
    platform = await aPlatform(deps);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    sink.release();
    await Promise.all(workers.splice(0).map((worker) => worker.stop(500)));
    await sink.close();
    await database.close();
  });
  afterAll(() => redis?.close());

  const draft = (to: string, over: Partial<OtherDraft> = {}): OtherDraft => ({
    at: deps.clock(),
    platformId: platform.id,
    to,
    language: "en",
    about: {},
    content: { template: "report_receipt", props: { reference: "R-7F3K-92QD", receivedAt: deps.clock().toJSDate(), statusUrl: `https://console.example/status/${"k".repeat(43)}` } },
    dedupeKey: `receipt:${newId()}`,
    ...over,
  });
  const stage = (to: string, over: Partial<OtherDraft> = {}) => deps.db.$transaction((tx) => stageNotice(tx, deps, draft(to, over)));
  const stageForHolder = (to: string, { accountId, caseId, over }: { accountId: string; caseId: string; over: Pick<HolderDraft, "about" | "content"> }) =>
    deps.db.$transaction((tx) => stageNotice(tx, deps, { ...draft(to), ...over, guard: leakGuard(tx, deps.crypto, { accountId, caseId }) }));
  const noticeOf = (id: string) => deps.db.notice.findUniqueOrThrow({ where: { id } });
  const stateOf = async (id: string) => (await noticeOf(id)).state;

  test("a notice goes out with what mail servers and people need, and nothing in clear stays in the database", async () => {
    await work();
    const { noticeId } = await stage("ana@reporter.example");
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");

    const [mail] = sink.mails;
    expect(sink.mails).toHaveLength(1);
    expect(mail!.parsed.subject).toBe("We received your report R-7F3K-92QD");
    expect(mail!.parsed.from?.text).toBe(`"${platform.name}" <abuse@${platform.key}.example>`);
    expect(mail!.parsed.replyTo?.text).toBe(`abuse@${platform.key}.example`);
    expect(mail!.parsed.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail!.messageId).toBe(`<notice.${noticeId}@${platform.key}.example>`);
    expect(mail!.parsed.date).toEqual(deps.clock().toJSDate());
    expect(mail!.parsed.text).toContain("R-7F3K-92QD");
    expect(mail!.parsed.html).toContain("R-7F3K-92QD");

    const row = await noticeOf(noticeId);
    expect(row).toMatchObject({ attempts: 1, smtpReply: "250 queued as 4711", leaseUntil: null, lastError: null });
    expect(row.handedOverAt).toEqual(deps.clock().toJSDate());
    const everything = JSON.stringify([row, await deps.db.outboxMessage.findMany(), await deps.db.auditEntry.findMany()]);
    expect(everything).not.toContain("ana@reporter.example");
    expect(everything).not.toContain("k".repeat(43));
  });

  test("the statement of reasons opens the appeal window on the day it is handed over", async () => {
    await work();
    sink.behave({ answer: 451, at: "rcpt" });
    const account = await anAccount(deps, platform.id);
    const decision = await aDecision(deps, await createCase(deps.db, { accountId: account.id }));
    const actionOf = () => deps.db.action.findUniqueOrThrow({ where: { id: decision.actions[0]!.id } });
    const { noticeId } = await stageForHolder("owner@business.example", { accountId: account.id, caseId: decision.caseId, over: {
      about: { accountId: account.id, caseId: decision.caseId, decisionId: decision.id },
      content: {
        template: "statement_of_reasons",
        props: {
          businessName: account.businessName,
          reference: decision.reference,
          decidedAt: decision.decidedAt,
          decidedBy: "person",
          detectedBy: "people",
          factsFound: "Messages went to contacts who had opted out.",
          findings: [{ clauseCode: "CF-AUP-4.3.a", clauseTitle: "Honour opt-outs", policyTitle: "Acceptable use policy", versionLabel: "1" }],
          measures: [{ kind: "warning", features: [], startsAt: decision.decidedAt, endsAt: null }],
          strikes: [],
          appeal: { url: "https://console.example/standing/x", windowDays: 30, openAtLeastUntil: deps.clock().plus({ days: 31 }).toJSDate() },
        },
      },
    } });
    await expect.poll(async () => (await noticeOf(noticeId)).lastError, soon).toContain("451");
    expect(await actionOf()).toMatchObject({ informedAt: null, appealClosesAt: null });

    sink.release();
    deps.clock.advance({ days: 3 });
    const notices = workers[0]!.queues.queue("notices");
    await expect.poll(async () => (await notices.getJobCounts("delayed")).delayed, soon).toBe(1);
    await notices.promoteJobs();
    await expect.poll(async () => (await actionOf()).appealClosesAt?.toISOString(), soon).toBe("2026-12-24T07:00:00.000Z");
    expect((await actionOf()).informedAt?.toISOString()).toBe("2026-11-23T21:05:00.000Z");
    expect(await deps.db.auditEntry.count({ where: { type: "action.informed", accountId: account.id } })).toBe(1);
  });

  test("a change that is rolled back sends nothing", async () => {
    await work();
    const lost = deps.db.$transaction(async (tx) => {
      await stageNotice(tx, deps, draft("nobody@reporter.example"));
      throw new Error("changed my mind");
    });
    await expect(lost).rejects.toThrow("changed my mind");
    const { noticeId } = await stage("after@reporter.example");
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
    expect(sink.mails.map((mail) => mail.to)).toEqual(["after@reporter.example"]);
    expect(await deps.db.notice.count()).toBe(1);
  });

  test("the same occasion is staged once for each address", async () => {
    await work();
    const first = await stage("ana@reporter.example", { dedupeKey: "decision:1:outcome" });
    const again = await stage("Ana@Reporter.example", { dedupeKey: "decision:1:outcome" });
    const other = await stage("ben@reporter.example", { dedupeKey: "decision:1:outcome" });
    expect(again).toEqual({ noticeId: first.noticeId, staged: false });
    expect(other.staged).toBe(true);
    await expect.poll(() => sink.mails.length, soon).toBe(2);
    expect(await deps.db.outboxMessage.count({ where: { topic: "notice.deliver" } })).toBe(2);
  });

  test("several relays and workers side by side send each notice once", async () => {
    // A mail that is given up on is tried again after a pause, and on a busy machine five seconds are soon over.
    await Promise.all([1, 2, 3].map(() => work({ sendTimeoutMs: 30_000 })));
    const staged = await Promise.all(Array.from({ length: 60 }, (_none, n) => stage(`r${n}@reporter.example`)));
    await expect.poll(() => deps.db.notice.count({ where: { state: "handed_over" } }), soon).toBe(60);
    expect(sink.mails.map((mail) => mail.messageId).toSorted()).toEqual(staged.map(({ noticeId }) => `<notice.${noticeId}@${platform.key}.example>`).toSorted());
  });

  test("a job delivered twice sends once", async () => {
    const worker = await work({ sendTimeoutMs: 3_000 });
    const { noticeId } = await stage("ana@reporter.example");
    await worker.queues.queue("notices").addBulk([1, 2, 3].map(() => ({ name: "notice.deliver", data: { noticeId }, opts: { jobId: newId() } })));
    await expect.poll(async () => (await worker.queues.queue("notices").getJobCounts("completed")).completed, soon).toBeGreaterThanOrEqual(5);
    expect(await stateOf(noticeId)).toBe("handed_over");
    expect(sink.mails).toHaveLength(1);
  });

  test("a refused recipient fails at once, is listed, and is sent under the same Message-ID when a person retries", async () => {
    const worker = await work();
    sink.behave({ answer: 550, at: "rcpt" });
    const { noticeId } = await stage("gone@reporter.example");
    await expect.poll(() => stateOf(noticeId), soon).toBe("failed");
    expect((await noticeOf(noticeId)).lastError).toBe("550 no mailbox <…>");
    await expect.poll(() => listFailedJobs(worker.queues), soon).toHaveLength(1);
    const [dead] = await listFailedJobs(worker.queues);
    expect(dead).toMatchObject({ queue: "notices", topic: "notice.deliver", payload: { noticeId }, reason: "the mail server refused it" });

    sink.release();
    expect(await retryNotice(deps, { kind: "staff", id: newId(), name: "Aud", roles: ["auditor"] }, { noticeId })).toEqual({ ok: false, reason: "forbidden" });
    expect(await retryNotice(deps, lead, { noticeId })).toEqual({ ok: true });
    expect(await retryNotice(deps, lead, { noticeId })).toMatchObject({ ok: false, reason: "illegal_move" });
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
    expect(sink.mails.map((mail) => mail.messageId)).toEqual([`<notice.${noticeId}@${platform.key}.example>`]);
    expect(await removeFailedJob(worker.queues, dead!.id)).toBe(true);
    expect(await listFailedJobs(worker.queues)).toEqual([]);
  });

  test("a mail server that defers is asked again after a pause", async () => {
    const worker = await work();
    sink.behave({ answer: 450, at: "data" });
    const { noticeId } = await stage("busy@reporter.example");
    await expect.poll(async () => (await worker.queues.queue("notices").getJobCounts("delayed")).delayed, soon).toBe(1);
    const waiting = await noticeOf(noticeId);
    expect(waiting).toMatchObject({ state: "queued", attempts: 1, lastError: "450 message refused" });
    expect(waiting.leaseUntil?.toISOString()).toBe("2026-11-20T21:06:00.000Z");

    sink.release();
    deps.clock.advance({ minutes: 1 });
    await expect.poll(async () => (await worker.queues.queue("notices").getJobCounts("delayed")).delayed, soon).toBe(1);
    await worker.queues.queue("notices").promoteJobs();
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
    expect(sink.mails).toHaveLength(1);
    expect(await noticeOf(noticeId)).toMatchObject({ attempts: 2, lastError: null });
  });

  test("when no try is left the notice has failed and staff can see it", async () => {
    const worker = await work();
    sink.behave({ answer: 421, at: "mail" });
    const { noticeId } = await stage("busy@reporter.example");
    await expect.poll(async () => (await noticeOf(noticeId)).lastError, soon).not.toBeNull();
    await deps.db.notice.update({ where: { id: noticeId }, data: { attempts: 11 } });
    deps.clock.advance({ minutes: 1 });
    await expect.poll(async () => (await worker.queues.queue("notices").getJobCounts("delayed")).delayed, soon).toBe(1);
    await worker.queues.queue("notices").promoteJobs();
    await expect.poll(() => stateOf(noticeId), soon).toBe("failed");
    expect((await noticeOf(noticeId)).attempts).toBe(12);
    await expect.poll(async () => (await listFailedJobs(worker.queues)).map(({ reason }) => reason), soon).toEqual(["the mail server never took it"]);
  });

  test("a connection lost after DATA is repeated under the same Message-ID", async () => {
    const worker = await work();
    sink.behave({ drop: "after_data" });
    const { noticeId } = await stage("ana@reporter.example");
    await expect.poll(async () => (await noticeOf(noticeId)).lastError, soon).not.toBeNull();
    sink.release();
    deps.clock.advance({ minutes: 1 });
    await expect.poll(async () => (await worker.queues.queue("notices").getJobCounts("delayed")).delayed, soon).toBe(1);
    await worker.queues.queue("notices").promoteJobs();
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
    expect(sink.mails.map((mail) => mail.messageId)).toEqual([`<notice.${noticeId}@${platform.key}.example>`, `<notice.${noticeId}@${platform.key}.example>`]);
  });

  test("a mail server that does not answer is given up on in time", async () => {
    await work({ sendTimeoutMs: 600 });
    sink.behave({ hold: "data" });
    const { noticeId } = await stage("slow@reporter.example");
    await expect.poll(async () => (await noticeOf(noticeId)).lastError, soon).toMatch(/^(ETIMEDOUT|ESOCKET|EABORT|ECONNECTION)/);
    expect(await stateOf(noticeId)).toBe("queued");
  });

  test("work of a newer release waits among the failed jobs and holds up nothing", async () => {
    const worker = await work();
    const id = newId();
    const at = deps.clock().toJSDate();
    await deps.db.outboxMessage.create({ data: { id, topic: "future.topic", payload: { any: "thing" }, createdAt: at, availableAt: at } });
    const { noticeId } = await stage("ana@reporter.example");
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
    await expect.poll(async () => (await listFailedJobs(worker.queues)).map((job) => job.id), soon).toEqual([id]);
    expect(await retryFailedJob(worker.queues, id)).toBe(true);
    await expect.poll(async () => (await listFailedJobs(worker.queues)).map((job) => job.id), soon).toEqual([id]);
    expect(await retryFailedJob(worker.queues, newId())).toBe(false);
  });

  test("what is staged for later is relayed later", async () => {
    const { relayBatch } = await import("../../jobs/outbox-relay");
    const queues = await openQueues(deps.config, deps.log);
    const at = deps.clock().toJSDate();
    await deps.db.outboxMessage.create({ data: { id: newId(), topic: "notice.deliver", payload: { noticeId: newId() }, createdAt: at, availableAt: deps.clock().plus({ hours: 1 }).toJSDate() } });
    expect(await relayBatch(deps, queues)).toBe(0);
    deps.clock.advance({ hours: 1 });
    expect(await relayBatch(deps, queues)).toBe(1);
    expect(await relayBatch(deps, queues)).toBe(0);
    await queues.close();
  });

  test("a notice whose job was lost with the queue is staged again", async () => {
    const { noticeId } = await stage("ana@reporter.example");
    await deps.db.outboxMessage.updateMany({ data: { relayedAt: deps.clock().toJSDate() } });
    expect(await requeueLostNotices(deps)).toBe(0);
    deps.clock.advance({ minutes: 16 });
    expect(await requeueLostNotices(deps)).toBe(1);
    expect(await requeueLostNotices(deps)).toBe(0);
    await work();
    await expect.poll(() => stateOf(noticeId), soon).toBe("handed_over");
  });

  test("stopping lets a mail under way finish, but not for ever", async () => {
    const worker = await work();
    sink.behave({ hold: "data" });
    const { noticeId } = await stage("ana@reporter.example");
    await expect.poll(() => sink.held(), soon).toBe(1);
    const stopped = worker.stop(8_000);
    workers.splice(workers.indexOf(worker), 1);
    setTimeout(() => sink.release(), 300);
    expect(await stopped).toBe(true);
    expect(await stateOf(noticeId)).toBe("handed_over");

    const impatient = await work();
    sink.behave({ hold: "data" });
    await stage("ben@reporter.example");
    await expect.poll(() => sink.held(), soon).toBe(1);
    expect(await impatient.stop(300)).toBe(false);
    workers.splice(workers.indexOf(impatient), 1);
  });

  test("a worker that loses every connection goes on by itself", async () => {
    await work();
    const before = await stage("ana@reporter.example");
    await expect.poll(() => stateOf(before.noticeId), soon).toBe("handed_over");
    const login = new Client({ connectionString: database.url });
    await login.connect();
    await login.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    await login.end();
    await redis?.dropClients();
    const occasion = { dedupeKey: "receipt:after-the-loss" };
    const after = await stage("ben@reporter.example", occasion).catch(() => stage("ben@reporter.example", occasion));
    await expect.poll(() => stateOf(after.noticeId), soon).toBe("handed_over");
    expect(sink.mails).toHaveLength(2);
  });

  test("the worker process ends its work on SIGTERM and leaves with success", async () => {
    sink.behave({ hold: "data" });
    const child = spawn(process.execPath, ["--import", "tsx", "jobs/worker.ts"], {
      env: { ...testEnvironment(database.url, tmpdir()), SMTP_URL: sink.url, LOG_LEVEL: "info", ...(redis ? { REDIS_URL: redis.url } : {}), PATH: process.env.PATH, NODE_ENV: "test" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const exited = once(child, "exit");
    let said = "";
    deps.clock.set(new Date().toISOString());
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const { noticeId } = await stage("ana@reporter.example");
    await expect.poll(() => sink.held(), soon).toBe(1);
    child.kill("SIGTERM");
    await expect.poll(() => said, soon).toContain("worker is draining");
    sink.release();
    expect(await exited).toEqual([0, null]);
    expect(await stateOf(noticeId)).toBe("handed_over");
    expect(said).toContain("worker has stopped");
    expect(said).not.toContain("ana@reporter.example");
  });

  test("the queue's schedulers are those of the table", async () => {
    const queues = await openQueues(deps.config, deps.log);
    const keys = async () => (await queues.queue("timers").getJobSchedulers()).map(({ key }) => key).toSorted();
    await syncSchedules(queues, { "gone.sweep": { everyMs: 60_000, run: async () => 0 } });
    expect(await keys()).toEqual(["gone.sweep"]);
    await syncSchedules(queues);
    await syncSchedules(queues);
    expect(await keys()).toEqual(Object.keys(schedules).toSorted());
    await queues.close();
  });
});
