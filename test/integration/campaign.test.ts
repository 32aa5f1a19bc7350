import { simpleParser } from "mailparser";
import { DateTime } from "luxon";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { newId } from "~/infra/id";
import { systemClock } from "~/infra/clock";
import { bounceMessage, noteMessageComplaint } from "~/modules/notices/campaign/bounce-message.server";
import { campaignStanding } from "~/modules/notices/campaign/campaign-standing.server";
import { campaignFigures } from "~/modules/notices/campaign/campaign.queries.server";
import { changePaceSchema } from "~/modules/notices/campaign/change-pace.schema";
import { changePace } from "~/modules/notices/campaign/change-pace.server";
import { earliestDayFor, usualPace } from "~/modules/notices/campaign/earliest-day.server";
import { pauseCampaign } from "~/modules/notices/campaign/pause-campaign.server";
import { resumeCampaign } from "~/modules/notices/campaign/resume-campaign.server";
import { settleUnreachable } from "~/modules/notices/campaign/settle-unreachable.server";
import { startCampaign } from "~/modules/notices/campaign/start-campaign.server";
import { stopCampaign } from "~/modules/notices/campaign/stop-campaign.server";
import { pauseNotices } from "~/modules/notices/sending/pause-notices.server";
import { resumeNotices } from "~/modules/notices/sending/resume-notices.server";
import { openPauses } from "~/modules/notices/sending/sending.queries.server";
import { campaignDesk } from "~/modules/policy/campaign-desk.queries.server";
import { earliestLawfulDay } from "~/modules/notices/policy-notice";
import type { Deps } from "~/infra/deps.server";
import { createStaff } from "../factories/staff";
import { aCampaign, addContact, aScheduledVersion, campaignStage, fullSpeed, manyAccounts, patience, policyManager } from "../support/campaigns";
import { testDatabase, type TestDatabase } from "../support/database";
import type { Mood } from "../support/unruly-sink";

let database: TestDatabase;
let deps: Deps;
beforeAll(async () => {
  database = await testDatabase();
  deps = { ...(await database.deps()), clock: systemClock };
});
afterAll(() => database.close());
const stage = campaignStage(() => deps);
afterEach(() => stage.clear());

const teller = { kind: "system", name: "mail" } as const;
const recipientsBy = async (campaignId: string) => Object.fromEntries((await deps.db.policyNoticeRecipient.groupBy({ by: ["state"], where: { campaignId }, _count: true })).map(({ state, _count }) => [state, _count]));

test("everybody is notified once, in their language, whatever the server does on the way", async () => {
  const { platformId, versionId, platformKey } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 300);
  const mood = (address: string, number: number): Mood => {
    const n = Number(/\d+/.exec(address)![0]);
    if (n % 10 === 1 && number === 1) return "defer";
    if (n % 10 === 3 && number === 1) return "drop_in_data";
    if (n % 10 === 5 && number === 1) return "drop_after_data";
    if (n % 50 === 7) return "slow";
    return n % 50 === 9 ? "refuse" : "take";
  };
  const sink = await stage.sink(mood, { keep: true });
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink);
  await stage.complete(campaignId);

  expect(await recipientsBy(campaignId)).toEqual({ notified: 294, unreachable: 6 });
  expect(sink.taken.size).toBe(294);
  for (const [, { messageIds, times, unanswered }] of sink.taken) expect([messageIds.size, times]).toEqual([1, 1 + unanswered]);
  expect(sink.mostConnections()).toBeLessThanOrEqual(6 + 2);

  const spanish = await simpleParser(sink.mailTo("owner-30@d30.example")!);
  expect(spanish.subject).toContain("Cambios en Política de uso aceptable");
  expect(spanish.text).toContain("Cuenta: Business 30");
  const english = await simpleParser(sink.mailTo("owner-31@d31.example")!);
  expect(english.text).toContain("Account: Business 31");
  expect(english.html).toContain("Business 31</td>");
  const message = await deps.db.policyNoticeMessage.findFirstOrThrow({ where: { campaignId, addressHash: deps.crypto.lookup("owner-31@d31.example", "email") } });
  expect(message).toMatchObject({ state: "handed_over", attempts: 2, smtpReply: "250 2.0.0 queued" });
  expect(english.messageId).toBe(`<notice.${message.id}@${platformKey}.example>`);
  const headers = Object.fromEntries([...english.headerLines].map(({ key, line }) => [key, line]));
  expect(headers["list-id"]).toContain(`<policy-notices.${platformKey}.example>`);
  expect(headers["feedback-id"]).toContain(campaignId);
  expect(headers["cfbl-address"]).toMatch(/^CFBL-Address: bounce\+.*; report=arf$/s);
  expect(headers["list-unsubscribe"]).toBeUndefined();
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: false, unreachable: 6, waiting: 0, joinersWaiting: 0 });
});

test("an address that refuses is followed by the account's next contact, by role; with none left it is up to a person", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 2);
  const [first] = await deps.db.account.findMany({ where: { platformId }, orderBy: { externalId: "asc" } });
  await addContact(deps, first!.id, "billing@later.example", { role: "billing" });
  await addContact(deps, first!.id, "legal@later.example", { role: "legal", language: "es" });
  const sink = await stage.sink((address) => (address.startsWith("owner") ? "refuse" : "take"), { keep: true });
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink);
  await stage.complete(campaignId);

  expect(await recipientsBy(campaignId)).toEqual({ notified: 1, unreachable: 1 });
  expect([...sink.taken.keys()]).toEqual(["legal@later.example"]);
  expect((await simpleParser(sink.mailTo("legal@later.example")!)).subject).toContain("Cambios");
  const messages = await deps.db.policyNoticeMessage.findMany({ where: { campaignId, accountId: first!.id }, orderBy: { position: "asc" }, select: { position: true, state: true, lastError: true, smtpReply: true } });
  expect(messages).toEqual([
    { position: 1, state: "failed", lastError: "550 5.1.1 no mailbox <…>", smtpReply: null },
    { position: 2, state: "handed_over", lastError: null, smtpReply: "250 2.0.0 queued" },
  ]);
  expect((await deps.db.policyNoticeRecipient.findFirstOrThrow({ where: { campaignId, accountId: first!.id } })).notifiedByMessageId).not.toBeNull();

  // The other one gets an address, and the campaign goes on by itself.
  const lost = await deps.db.policyNoticeRecipient.findFirstOrThrow({ where: { campaignId, state: "unreachable" } });
  await addContact(deps, lost.accountId, "found@again.example", { position: 1 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 2 }), patience);
  await stage.complete(campaignId);
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: true, unreachable: 0 });
});

test("who joins or comes back before the day is told, and moves nothing; who closes the account is dropped", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 4);
  const [closes, suspended, kept, late] = await deps.db.account.findMany({ where: { platformId }, orderBy: { externalId: "asc" } });
  await deps.db.account.update({ where: { id: suspended!.id }, data: { status: "suspended" } });
  let defers = true;
  const sink = await stage.sink((address) => (defers && address.startsWith("owner-0@") ? "defer" : "take"));
  const campaignId = await aCampaign(deps, versionId);
  const sender = stage.sender(sink, { pauseMs: () => 300 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 2, waiting: 1 }), patience);
  await deps.db.account.update({ where: { id: closes!.id }, data: { status: "closed", updatedAt: new Date() } });
  await stage.complete(campaignId);
  defers = false;
  const before = await deps.db.$transaction((tx) => campaignStanding(tx, versionId));
  expect(before).toMatchObject({ allNotified: true, waiting: 0 });

  await deps.db.account.update({ where: { id: suspended!.id }, data: { status: "active", updatedAt: new Date() } });
  await deps.db.account.update({ where: { id: closes!.id }, data: { status: "active", updatedAt: new Date() } });
  await manyAccounts(deps, platformId, 2, { from: 10 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 6 }), patience);
  await stage.complete(campaignId);
  expect(await deps.db.policyNoticeRecipient.count({ where: { campaignId, joinedAt: { not: null } } })).toBe(4);
  const after = await deps.db.$transaction((tx) => campaignStanding(tx, versionId));
  expect(after?.lastNotifiedAt).toEqual(before?.lastNotifiedAt);
  await sender.stop();

  // Nobody takes them up while no sender runs: they are known as waiting all the same, and the version waits for the audience alone.
  await deps.db.account.update({ where: { id: late!.id }, data: { status: "closed", updatedAt: new Date() } });
  await manyAccounts(deps, platformId, 1, { from: 20 });
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: true, joinersWaiting: 1 });

  await deps.db.policyNoticeRecipient.updateMany({ where: { campaignId, accountId: { in: [suspended!.id, kept!.id] } }, data: { state: "unreachable", unreachableAt: new Date() } });
  const desk = await campaignDesk(deps, campaignId, deps.clock());
  expect(desk!.unreachable.map(({ accountId, joinedLater }) => [accountId, joinedLater])).toEqual([[kept!.id, false], [suspended!.id, true]]);
});

test("what comes back takes the account's notification with it, and the next contact is told; a complaint stops nothing; a person settles who is left", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 1);
  const { id: accountId } = await deps.db.account.findFirstOrThrow({ where: { platformId } });
  await addContact(deps, accountId, "second@next.example", { position: 1 });
  const sink = await stage.sink();
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink);
  await stage.complete(campaignId);
  const messages = () => deps.db.policyNoticeMessage.findMany({ where: { campaignId }, orderBy: { position: "asc" } });
  const [first] = await messages();
  expect(await noteMessageComplaint(deps, teller, { messageId: first!.id, withdrawn: false })).toEqual({ ok: true, isNew: true });
  expect(await noteMessageComplaint(deps, teller, { messageId: first!.id, withdrawn: false })).toEqual({ ok: true, isNew: false });
  expect(await bounceMessage(deps, teller, { messageId: first!.id, said: "5.1.1 no mailbox" })).toEqual({ ok: true, accountId });
  expect(await bounceMessage(deps, teller, { messageId: first!.id, said: "5.1.1 no mailbox" })).toMatchObject({ ok: false, reason: "illegal_move" });
  expect(await bounceMessage(deps, teller, { messageId: newId(), said: "?" })).toMatchObject({ ok: false, reason: "notice_unknown" });
  await vi.waitFor(async () => expect((await messages()).map(({ state }) => state)).toEqual(["bounced", "handed_over"]), patience);
  expect([...sink.taken.keys()].sort()).toEqual(["owner-0@d0.example", "second@next.example"]);
  await stage.complete(campaignId);

  const [, second] = await messages();
  const settle = (toldAt: Date) => settleUnreachable(deps, policyManager, { campaignId, accountId, how: "By registered letter", toldAt });
  expect(await settle(new Date())).toMatchObject({ ok: false, reason: "recipient_reachable" });
  await bounceMessage(deps, teller, { messageId: second!.id, said: "5.1.1 no mailbox" });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ unreachable: 1 }), patience);
  expect(await settle(new Date(Date.now() + 3_600_000))).toMatchObject({ ok: false, reason: "told_in_future" });
  expect(await settle(new Date(0))).toMatchObject({ ok: false, reason: "told_before_start" });
  const toldAt = new Date();
  expect(await settle(toldAt)).toEqual({ ok: true });
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: true, unreachable: 0, lastNotifiedAt: toldAt });
  expect(await campaignFigures(deps, campaignId)).toMatchObject({ recipients: { unreachable: 1 }, settled: 1, messages: { bounced: 2, complained: 1 } });
});

test("while it is paused nothing goes; a stop is for good, and the version may have another campaign", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 40);
  const sink = await stage.sink();
  const campaignId = await aCampaign(deps, versionId, { pace: { ratePerSecond: 5 } });
  stage.sender(sink);
  await vi.waitFor(() => expect(sink.taken.size).toBeGreaterThan(0), patience);
  expect(await pauseCampaign(deps, policyManager, { campaignId, reason: "A mistake in the summary" })).toEqual({ ok: true });
  await vi.waitFor(async () => expect(await deps.db.policyNoticeMessage.count({ where: { campaignId, state: "queued", senderId: { not: null } } })).toBe(0), patience);
  const sent = sink.taken.size;
  expect(await pauseCampaign(deps, policyManager, { campaignId, reason: "Again" })).toMatchObject({ ok: false, reason: "illegal_move" });
  expect(await deps.db.policyNoticeMessage.count({ where: { campaignId, state: "handed_over" } })).toBe(sent);
  expect(await resumeCampaign(deps, policyManager, { campaignId })).toEqual({ ok: true });
  await vi.waitFor(() => expect(sink.taken.size).toBeGreaterThan(sent), patience);
  expect(await stopCampaign(deps, policyManager, { campaignId, reason: "Called off" })).toEqual({ ok: true });
  expect(await resumeCampaign(deps, policyManager, { campaignId })).toMatchObject({ ok: false, reason: "illegal_move" });
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toBeNull();
  const another = await aCampaign(deps, versionId);
  await stage.complete(another);
  expect(await recipientsBy(another)).toEqual({ notified: 40 });
});

test("a person sets another pace while it goes, and nobody else", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 60);
  const sink = await stage.sink();
  const campaignId = await aCampaign(deps, versionId, { pace: { ratePerSecond: 1, domainPerSecond: 1 } });
  stage.sender(sink);
  await vi.waitFor(() => expect(sink.taken.size).toBeGreaterThan(0), patience);
  const faster = { ratePerSecond: 1_000, domainPerSecond: 1_000, warmUpMinutes: 0 };
  expect(await changePace(deps, await createStaff(deps.db, ["lead"]), { campaignId, ...faster })).toMatchObject({ ok: false, reason: "forbidden" });
  expect(await campaignFigures(deps, campaignId)).toMatchObject({ state: "sending" });
  expect(await changePace(deps, policyManager, { campaignId, ...faster })).toEqual({ ok: true });
  await stage.complete(campaignId);
  expect(await recipientsBy(campaignId)).toEqual({ notified: 60 });
  const { body } = await deps.db.auditEntry.findFirstOrThrow({ where: { type: "campaign.pace_changed" }, orderBy: { id: "desc" } });
  expect(JSON.parse(body)).toMatchObject({ facts: { campaignId, before: { ratePerSecond: 1, domainPerSecond: 1, warmUpMinutes: 0 }, ratePerSecond: 1_000 } });
  expect(await usualPace(deps.db, platformId)).toEqual(faster);
  await stopCampaign(deps, policyManager, { campaignId, reason: "Called off" });
  expect(await changePace(deps, policyManager, { campaignId, ...faster })).toMatchObject({ ok: false, reason: "illegal_move" });
  for (const wrong of [{ ratePerSecond: "0" }, { domainPerSecond: "1001" }, { warmUpMinutes: "-1" }, { ratePerSecond: "2.5" }])
    expect(changePaceSchema.safeParse({ campaignId, ratePerSecond: "50", domainPerSecond: "10", warmUpMinutes: "60", ...wrong }).success).toBe(false);
});

test("the earliest lawful day reckons with the campaigns that share the rate", async () => {
  const { platformId } = await aScheduledVersion(deps, { zone: "America/Denver" });
  await manyAccounts(deps, platformId, 2_000);
  const reckoned = () => earliestDayFor(deps.db, { platformId, pace: { ratePerSecond: 1, domainPerSecond: 1, warmUpMinutes: 0 }, now: DateTime.fromISO("2026-12-01T06:10:00Z", { zone: "utc" }) });
  expect(await reckoned()).toMatchObject({ others: 0, sendingSeconds: 2_000, earliest: "2026-12-15" });
  const elsewhere = await aScheduledVersion(deps);
  const begun = await aCampaign(deps, elsewhere.versionId);
  expect(await campaignFigures(deps, begun)).toMatchObject({ state: "sending", stagedAt: null, secondsLeft: null });
  expect(await reckoned()).toMatchObject({ others: 1, sendingSeconds: 4_000, earliest: "2026-12-16" });
});

test("while what people are told is paused a campaign of that platform waits as well, and goes on with it", async () => {
  const { platformId, versionId, platformKey } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 30);
  const sink = await stage.sink();
  const lead = await createStaff(deps.db, ["lead"]);
  const paused = await pauseNotices(deps, lead, { platformKey, reason: "The mail server is moved." });
  const campaignId = await aCampaign(deps, versionId);
  const elsewhere = await aScheduledVersion(deps);
  await manyAccounts(deps, elsewhere.platformId, 5);
  const other = await aCampaign(deps, elsewhere.versionId);
  stage.sender(sink);
  await stage.complete(other);
  expect(sink.taken.size).toBe(5);
  expect(await campaignFigures(deps, campaignId)).toMatchObject({ state: "sending", secondsLeft: null, messages: { queued: 30, handedOver: 0 } });
  expect((await openPauses(deps)).map(({ campaigns }) => campaigns)).toEqual([1]);
  expect(await resumeNotices(deps, lead, { pauseId: paused.ok ? paused.pauseId : "", reason: "It has moved." })).toMatchObject({ ok: true });
  await stage.complete(campaignId);
  expect(await recipientsBy(campaignId)).toEqual({ notified: 30 });
});

test("a day that cannot be kept at its pace is refused with the earliest that can; a law takes two people", async () => {
  const { versionId } = await aScheduledVersion(deps);
  const input = { policyVersionId: versionId, effectiveDay: deps.clock().plus({ days: 3 }).toISODate()!, words: { en: { policyTitle: "Terms", summary: "New." } }, policyPath: "/policies/x", pace: fullSpeed };
  const start = (over: object) => deps.db.$transaction((tx) => startCampaign(tx, deps, policyManager, { ...input, ...over }));
  const earliest = earliestLawfulDay(deps.clock(), { zone: "America/Denver", leadDays: 14 }).toISODate();
  expect(await start({})).toEqual({ ok: false, reason: "effective_day_unlawful", detail: { earliest } });
  const [one, two] = [newId(), newId()];
  const law = { reason: "Art. 3(2)", askedById: one, askedAt: deps.clock(), agreedAt: deps.clock() };
  expect(await start({ requiredByLaw: { ...law, agreedById: one } })).toMatchObject({ ok: false, reason: "law_four_eyes" });
  expect(await start({ requiredByLaw: { ...law, agreedById: two } })).toMatchObject({ ok: true });
  expect(await start({ requiredByLaw: { ...law, agreedById: two } })).toMatchObject({ ok: false, reason: "campaign_exists" });
});

test("two senders at once hand each message over once, also where one message takes longer than a lease", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 200);
  const sink = await stage.sink((address) => (address.startsWith("owner-7@") ? "slow" : "take"), { slowMs: 3_500 });
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink, { leaseMs: 2_500, sendTimeoutMs: 60_000 });
  stage.sender(sink, { leaseMs: 2_500, sendTimeoutMs: 60_000 });
  await stage.complete(campaignId);
  expect([...sink.taken.values()].map(({ times }) => times)).toEqual(Array.from({ length: 200 }, () => 1));
  expect(await recipientsBy(campaignId)).toEqual({ notified: 200 });
});
