import { simpleParser } from "mailparser";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { newId } from "~/infra/id";
import { systemClock } from "~/infra/clock";
import { campaignStanding } from "~/modules/notices/campaign/campaign-standing.server";
import { startCampaignSender, type RunningSender, type SenderOptions } from "~/modules/notices/campaign/campaign-sender.server";
import type { Deps } from "~/infra/deps.server";
import { aCampaign, aScheduledVersion, manyAccounts } from "../support/campaigns";
import { testDatabase, type TestDatabase } from "../support/database";
import { startUnrulySink, type Mood, type UnrulySink } from "../support/unruly-sink";

let database: TestDatabase;
let deps: Deps;
const running: { stop(): Promise<void> }[] = [];
const sinks: UnrulySink[] = [];

beforeAll(async () => {
  database = await testDatabase();
  deps = { ...(await database.deps()), clock: systemClock };
});
afterAll(() => database.close());
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
  await Promise.all(sinks.splice(0).map((sink) => sink.close()));
});

async function aSink(...given: Parameters<typeof startUnrulySink>): Promise<UnrulySink> {
  const sink = await startUnrulySink(...given);
  sinks.push(sink);
  return sink;
}

function aSender(sink: UnrulySink, over: Partial<SenderOptions> = {}): RunningSender {
  const sender = startCampaignSender(deps, { smtpUrl: sink.url, connections: 6, idleMs: 50, pauseMs: (attempts) => (attempts < 4 ? 50 : null), sendTimeoutMs: 10_000, ...over });
  running.push(sender);
  return sender;
}

const patience = { timeout: 30_000, interval: 50 };
const stateOf = async (campaignId: string) => (await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).state;
const complete = (campaignId: string) => vi.waitFor(async () => expect(await stateOf(campaignId)).toBe("complete"), patience);
const recipientsBy = async (campaignId: string) => Object.fromEntries((await deps.db.policyNoticeRecipient.groupBy({ by: ["state"], where: { campaignId }, _count: true })).map(({ state, _count }) => [state, _count]));

async function contact(accountId: string, address: string, over: { role?: string; position?: number; language?: string } = {}): Promise<void> {
  await deps.db.accountContact.create({ data: { id: newId(), accountId, kind: "email", sealed: deps.crypto.seal(address, "account.email"), lookupHash: deps.crypto.lookup(address, "email"), createdAt: new Date(), ...over } });
}

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
  const sink = await aSink(mood, { keep: true });
  const campaignId = await aCampaign(deps, versionId);
  aSender(sink);
  await complete(campaignId);

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
  await contact(first!.id, "billing@later.example", { role: "billing" });
  await contact(first!.id, "legal@later.example", { role: "legal", language: "es" });
  const sink = await aSink((address) => (address.startsWith("owner") ? "refuse" : "take"), { keep: true });
  const campaignId = await aCampaign(deps, versionId);
  aSender(sink);
  await complete(campaignId);

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
  await contact(lost.accountId, "found@again.example", { position: 1 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 2 }), patience);
  await complete(campaignId);
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: true, unreachable: 0 });
});

test("who joins or comes back before the day is told, and moves nothing; who closes the account is dropped", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 4);
  const [closes, suspended, , late] = await deps.db.account.findMany({ where: { platformId }, orderBy: { externalId: "asc" } });
  await deps.db.account.update({ where: { id: suspended!.id }, data: { status: "suspended" } });
  let defers = true;
  const sink = await aSink((address) => (defers && address.startsWith("owner-0@") ? "defer" : "take"));
  const campaignId = await aCampaign(deps, versionId);
  const sender = aSender(sink, { pauseMs: () => 300 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 2, waiting: 1 }), patience);
  await deps.db.account.update({ where: { id: closes!.id }, data: { status: "closed", updatedAt: new Date() } });
  await complete(campaignId);
  defers = false;
  const before = await deps.db.$transaction((tx) => campaignStanding(tx, versionId));
  expect(before).toMatchObject({ allNotified: true, waiting: 0 });

  await deps.db.account.update({ where: { id: suspended!.id }, data: { status: "active", updatedAt: new Date() } });
  await deps.db.account.update({ where: { id: closes!.id }, data: { status: "active", updatedAt: new Date() } });
  await manyAccounts(deps, platformId, 2, { from: 10 });
  await vi.waitFor(async () => expect(await recipientsBy(campaignId)).toEqual({ notified: 6 }), patience);
  await complete(campaignId);
  expect(await deps.db.policyNoticeRecipient.count({ where: { campaignId, joinedAt: { not: null } } })).toBe(4);
  const after = await deps.db.$transaction((tx) => campaignStanding(tx, versionId));
  expect(after?.lastNotifiedAt).toEqual(before?.lastNotifiedAt);
  await sender.stop();

  // Nobody takes them up while no sender runs: they are known as waiting all the same, and the version waits for the audience alone.
  await deps.db.account.update({ where: { id: late!.id }, data: { status: "closed", updatedAt: new Date() } });
  await manyAccounts(deps, platformId, 1, { from: 20 });
  expect(await deps.db.$transaction((tx) => campaignStanding(tx, versionId))).toMatchObject({ allNotified: true, joinersWaiting: 1 });
});
