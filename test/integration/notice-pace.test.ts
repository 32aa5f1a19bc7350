import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { Actor } from "~/modules/access/actor";
import { leakGuard } from "~/modules/enforcement/check-leaks.server";
import { chooseContacts } from "~/modules/notices/campaign/choose-contacts.server";
import { openSenderLease } from "~/modules/notices/campaign/sender-lease.server";
import { stageAudience } from "~/modules/notices/campaign/stage-audience.server";
import { takeMessages } from "~/modules/notices/campaign/take-messages.server";
import { claimNotice } from "~/modules/notices/claim-notice.server";
import { deferNotice } from "~/modules/notices/defer-notice.server";
import { markHandedOver } from "~/modules/notices/mark-handed-over.server";
import { requeueLostNotices } from "~/modules/notices/requeue-lost-notices.server";
import { forgetTurns } from "~/modules/notices/sending/forget-turns.server";
import { pauseNotices } from "~/modules/notices/sending/pause-notices.server";
import { resumeNotices } from "~/modules/notices/sending/resume-notices.server";
import { sendingDesk } from "~/modules/notices/sending/sending.queries.server";
import { stageNotice, type OtherDraft } from "~/modules/notices/stage-notice.server";
import { noticeHandedOver } from "../../jobs/processors/notice-handed-over.job";
import { must } from "../factories/appealed";
import { createCase } from "../factories/case";
import { aDecision } from "../factories/decision";
import { aPlatform, anAccount } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { aCampaign, aScheduledVersion, manyAccounts } from "../support/campaigns";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { startSmtpSink } from "../support/smtp-sink";
import { startTestWorker } from "../support/worker";

const worker = { kind: "system", name: "test" } as const;
/** Ten a second to a domain, at a sixteenth of that until 563 went. */
const paced = { NOTICES_PER_DOMAIN: "10", NOTICES_WARM_UP: "60" };

let database: TestDatabase;
let deps: TestDeps;
let platform: Awaited<ReturnType<typeof aPlatform>>;
let lead: Actor;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  deps = await database.deps(undefined, paced);
  for (const table of ["outbox_message", "notice_turn", "notice"]) await deps.db.$executeRawUnsafe(`DELETE FROM ${table}`);
  await deps.db.noticePause.updateMany({ where: { endedAt: null }, data: { endedAt: new Date("2100-01-01T00:00:00Z"), endedById: (await createStaff(deps.db, ["lead"])).id, endReason: "another test" } });
  platform = await aPlatform(deps);
  lead = await createStaff(deps.db, ["lead"]);
});

const draft = (to: string, over: Partial<OtherDraft> = {}): OtherDraft => ({
  at: deps.clock(),
  platformId: platform.id,
  to,
  language: "en",
  about: {},
  content: { template: "report_receipt", props: { reference: "R-7F3K-92QD", receivedAt: deps.clock().toJSDate(), statusUrl: "https://console.example/status/x" } },
  dedupeKey: newId(),
  ...over,
});
const stage = async (to: string, over: Partial<OtherDraft> = {}) => (await deps.db.$transaction((tx) => stageNotice(tx, deps, draft(to, over)))).noticeId;
const claim = (noticeId: string) => claimNotice(deps, { noticeId, leaseMs: 90_000 });
const send = async (noticeId: string) => {
  const claimed = await claim(noticeId);
  if (claimed.ok) must(await markHandedOver(deps, worker, { noticeId, reply: "250 queued" }));
  return claimed;
};
const waits = async (noticeId: string) => {
  const claimed = await send(noticeId);
  return claimed.ok ? 0 : Number(claimed.detail?.inMs);
};
const toColleague = (to: string) =>
  stage(to, { platformId: null, content: { template: "appeal_deadline", props: { step: "breached", about: "appeal", reference: "AP-7F3K-92QD", platform: "Flows", dueBefore: deps.clock().toJSDate(), zone: "UTC", reviewer: null, appealUrl: "https://console.example/appeals/x" } } });

/** A decision of which one account holder is told. */
async function aStatement(to: string) {
  const account = await anAccount(deps, platform.id);
  const decision = await aDecision(deps, await createCase(deps.db, { accountId: account.id }));
  const noticeId = await deps.db.$transaction(async (tx) => {
    const { noticeId } = await stageNotice(tx, deps, {
      at: deps.clock(),
      platformId: platform.id,
      to,
      language: "en",
      about: { accountId: account.id, caseId: decision.caseId, decisionId: decision.id },
      dedupeKey: newId(),
      guard: leakGuard(tx, deps.crypto, { accountId: account.id, caseId: decision.caseId }),
      content: {
        template: "statement_of_reasons",
        props: {
          businessName: account.businessName, reference: decision.reference, decidedAt: decision.decidedAt, decidedBy: "person", detectedBy: "people", factsFound: "Messages went to contacts who had opted out.",
          findings: [{ clauseCode: "CF-AUP-4.3.a", clauseTitle: "Honour opt-outs", policyTitle: "Acceptable use policy", versionLabel: "1" }],
          measures: [{ kind: "warning", features: [], startsAt: decision.decidedAt, endsAt: null }],
          strikes: [],
          appeal: { url: "https://console.example/standing/x", windowDays: 30, openAtLeastUntil: deps.clock().plus({ days: 31 }).toJSDate() },
        },
      },
    });
    return noticeId;
  });
  return { noticeId, actionId: decision.actions[0]!.id };
}

test("a mail domain gets no more than its pace, each try has a turn of its own, and other domains do not wait for it", async () => {
  const ids = await Promise.all([1, 2, 3, 4].map((n) => stage(`r${n}@mail.example`)));
  const elsewhere = await stage("r@other.example");
  const waited = [];
  for (const id of ids) waited.push(await waits(id));
  expect(waited).toEqual([0, 600, 2_200, 3_800]);
  expect(await waits(elsewhere)).toBe(0);

  deps.clock.advance({ milliseconds: 600 });
  expect([await waits(ids[1]!), await waits(ids[2]!)]).toEqual([0, 1_600]);
  // A turn that was missed by far is asked for anew, and so is one after a server put the notice off.
  deps.clock.advance({ minutes: 10 });
  expect((await claim(ids[2]!)).ok).toBe(true);
  must(await deferNotice(deps, worker, { noticeId: ids[2]!, reply: "451 later" }));
  expect(await waits(ids[3]!)).toBe(600);
  deps.clock.advance({ minutes: 1 });
  expect([await waits(ids[3]!), await waits(ids[2]!)]).toEqual([0, 600]);
  expect(await deps.db.noticeTurn.findMany({ where: { domain: "mail.example" }, select: { lane: true, granted: true } })).toEqual([{ lane: "after", granted: 8 }]);

  deps.clock.advance({ days: 31 });
  expect(await forgetTurns(deps)).toBe(2);
});

test("a statement of reasons and a colleague's deadline wait for no receipts, and those that come then go behind them", async () => {
  const receipts = await Promise.all(Array.from({ length: 20 }, (_none, n) => stage(`r${n}@mail.example`)));
  for (const id of receipts.slice(0, 18)) await waits(id);
  const statement = await aStatement("owner@Mail.example");
  expect(await waits(statement.noticeId)).toBe(0);
  expect(await waits(await toColleague("lea@mail.example"))).toBe(600);
  expect(await waits((await aStatement("owner@mail.example")).noticeId)).toBe(2_200);

  const quiet = await stage("r@quiet.example");
  for (let n = 0; n < 3; n += 1) await waits(await toColleague(`c${n}@quiet.example`));
  expect(await waits(quiet)).toBeGreaterThan(2_200);
});

test("a campaign's messages to a domain go behind the notices that wait for it, and hold up none", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 12, { domains: 1 });
  const campaignId = await aCampaign(deps, versionId, { pace: { domainPerSecond: 2 } });
  while (await stageAudience(deps, campaignId));
  while ((await chooseContacts(deps, campaignId)) > 0);
  const sender = openSenderLease(deps, 60_000);
  await sender.renew();
  const pace = { ratePerSecond: 1_000_000, domainPerSecond: 2, warmUpMinutes: 0 };
  const take = async () => (await takeMessages(deps, { campaignId, senderId: sender.id(), most: 3, pace, sharedBy: 1 })).taken.length;

  await deps.db.noticeTurn.create({ data: { domain: "d0.example", lane: "first", granted: 9, freeAt: deps.clock().plus({ seconds: 30 }).toJSDate() } });
  expect(await take()).toBe(0);
  await deps.db.noticeTurn.deleteMany();
  const [statement] = [await aStatement("owner@d0.example")];
  expect(await waits(statement.noticeId)).toBe(0);
  await sender.leave();
});

test("while a platform's notices are paused nothing of it is handed over or lost, others go on, and whoever ends it says why", async () => {
  const other = await aPlatform(deps);
  const ids = [await stage("a@one.example"), await stage("b@two.example")];
  expect(await pauseNotices(deps, await createStaff(deps.db, ["analyst"]), { platformKey: platform.key, reason: "The template is wrong." })).toMatchObject({ ok: false, reason: "forbidden" });
  expect(await pauseNotices(deps, lead, { platformKey: "no-such", reason: "The template is wrong." })).toMatchObject({ ok: false, reason: "platform_unknown" });
  const [first, second] = await Promise.all([1, 2].map(() => pauseNotices(deps, lead, { platformKey: platform.key, reason: "The template is wrong." })));
  const paused = [first!, second!].filter((one) => one.ok);
  expect([paused.length, [first!, second!].filter((one) => !one.ok && one.reason === "notices_paused").length]).toEqual([1, 1]);
  const { pauseId } = paused[0] as { pauseId: string };

  ids.push(await stage("c@three.example"));
  for (const id of ids) expect(await claim(id)).toMatchObject({ ok: false, reason: "paused" });
  expect((await claim(await stage("d@one.example", { platformId: other.id }))).ok).toBe(true);
  expect((await claim(await toColleague("lea@one.example"))).ok).toBe(true);
  deps.clock.advance({ hours: 1 });
  await deps.db.outboxMessage.deleteMany();
  expect(await requeueLostNotices(deps)).toBe(2);
  expect(await deps.db.notice.findMany({ where: { id: { in: ids } }, select: { state: true, attempts: true } })).toEqual(ids.map(() => ({ state: "queued", attempts: 0 })));
  expect(await sendingDesk(deps)).toMatchObject({ pauses: [{ id: pauseId, platformName: platform.name, reason: "The template is wrong.", waiting: 3, measures: 0 }], past: expect.any(Array) });

  // Another pause covers it too: ending this one sends nothing yet.
  const all = must(await pauseNotices(deps, lead, { platformKey: null, reason: "The mail server is moved." }));
  await deps.db.outboxMessage.deleteMany();
  expect(await resumeNotices(deps, lead, { pauseId, reason: "The template is mended." })).toEqual({ ok: true, notices: 0 });
  expect(await claim(ids[0]!)).toMatchObject({ ok: false, reason: "paused" });
  expect(await resumeNotices(deps, lead, { pauseId: all.pauseId, reason: "It has moved." })).toMatchObject({ ok: true });
  expect((await deps.db.outboxMessage.findMany({ where: { topic: "notice.deliver" } })).map(({ payload }) => (payload as { noticeId: string }).noticeId)).toEqual(expect.arrayContaining(ids));
  for (const id of ids) expect((await claim(id)).ok).toBe(true);
  expect(await resumeNotices(deps, lead, { pauseId, reason: "Again." })).toMatchObject({ ok: false, reason: "pause_ended" });
  expect(await resumeNotices(deps, lead, { pauseId: newId(), reason: "Again." })).toMatchObject({ ok: false, reason: "pause_unknown" });
  const trail = await deps.db.auditEntry.findMany({ where: { type: { in: ["notices.paused", "notices.resumed"] }, actorId: (lead as { id: string }).id }, orderBy: { id: "asc" } });
  expect(trail.map(({ type }) => type)).toEqual(["notices.paused", "notices.paused", "notices.resumed", "notices.resumed"]);
});

test("what is claimed while a pause is being ended is sent, and not left behind", async () => {
  const { pauseId } = must(await pauseNotices(deps, lead, { platformKey: platform.key, reason: "The template is wrong." }));
  const before = await stage("a@one.example");
  let claimed: ReturnType<typeof claim> | null = null;
  await deps.db.$transaction(async (tx) => {
    await tx.noticePause.update({ where: { id: pauseId }, data: { endedAt: deps.clock().toJSDate(), endedById: (lead as { id: string }).id, endReason: "It is mended." } });
    claimed = claim(before);
    await expect.poll(() => deps.db.$queryRaw<{ n: number }[]>`SELECT count(DISTINCT pid)::int AS n FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`, { timeout: 30_000 }).toEqual([{ n: 1 }]);
  }, { timeout: 60_000 });
  expect(await claimed!).toMatchObject({ ok: true });
});

test("nobody counts as informed while it is paused: the time to appeal begins when the statement is handed over", { timeout: 120_000 }, async () => {
  const sink = await startSmtpSink();
  const { pauseId } = must(await pauseNotices(deps, lead, { platformKey: platform.key, reason: "The template is wrong." }));
  const running = await startTestWorker(deps, sink.url);
  try {
    const { noticeId, actionId } = await aStatement("owner@business.example");
    const action = () => deps.db.action.findUniqueOrThrow({ where: { id: actionId } });
    const soon = { timeout: 60_000, interval: 50 };
    await expect.poll(async () => (await running.queues.queue("notices").getJobCounts("completed")).completed, soon).toBeGreaterThanOrEqual(1);
    expect(await action()).toMatchObject({ informedAt: null, appealClosesAt: null });
    expect((await sendingDesk(deps)).pauses).toMatchObject([{ waiting: 1, measures: 1 }]);
    deps.clock.advance({ days: 3 });
    expect(await resumeNotices(deps, lead, { pauseId, reason: "The template is mended." })).toEqual({ ok: true, notices: 1 });
    await expect.poll(async () => (await action()).informedAt?.toISOString(), soon).toBe("2026-11-23T21:00:00.000Z");
    expect((await action()).appealClosesAt?.toISOString()).toBe("2026-12-24T07:00:00.000Z");
    expect(sink.mails.filter(({ to }) => to === "owner@business.example")).toHaveLength(1);
    expect(await noticeHandedOver.process({ noticeId }, { ...deps, mailer: null as never, parser: null as never })).toEqual({ done: "0 actions informed" });
  } finally {
    await running.stop(5_000);
    await sink.close();
  }
});
