import { simpleParser } from "mailparser";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { civilDay } from "#emails/locale";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { systemClock } from "~/infra/clock";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { bounceMessage } from "~/modules/notices/campaign/bounce-message.server";
import { campaignStanding } from "~/modules/notices/campaign/campaign-standing.server";
import { countTriable } from "~/modules/notices/campaign/campaign.queries.server";
import { chooseContacts } from "~/modules/notices/campaign/choose-contacts.server";
import { finishCampaign } from "~/modules/notices/campaign/finish-campaign.server";
import { markMessages } from "~/modules/notices/campaign/mark-messages.server";
import { stageAudience } from "~/modules/notices/campaign/stage-audience.server";
import { tellOtherDay } from "~/modules/notices/campaign/start-campaign.server";
import { testSend } from "~/modules/notices/campaign/test-send.server";
import { tryUnreachableAgain } from "~/modules/notices/campaign/try-again.server";
import { bringIntoForce } from "~/modules/policy/bring-into-force.server";
import { aCampaign as aSentCampaign, aScheduledVersion as aVersionFor } from "../factories/campaign";
import { anAccount, aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { aCampaign, addContact, aScheduledVersion, campaignStage, manyAccounts, patience, policyManager } from "../support/campaigns";
import { testDatabase, type TestDatabase } from "../support/database";
import { startWeb, type Web } from "../support/web";

let database: TestDatabase;
let deps: Deps;
let web: Web;

beforeAll(async () => {
  database = await testDatabase();
  deps = { ...(await database.deps()), clock: systemClock };
  web = await startWeb(deps);
});
afterAll(async () => {
  await web.close();
  await database.close();
});
const stage = campaignStage(() => deps);
afterEach(() => stage.clear());

const teller = { kind: "system", name: "mail" } as const;
const campaignNow = (id: string) => deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id } });
const recipients = (campaignId: string) => deps.db.policyNoticeRecipient.findMany({ where: { campaignId }, orderBy: { accountId: "asc" } });
const messages = (campaignId: string) => deps.db.policyNoticeMessage.findMany({ where: { campaignId }, orderBy: [{ accountId: "asc" }, { position: "asc" }] });
const standing = (versionId: string) => deps.db.$transaction((tx) => campaignStanding(tx, versionId));
const move = (id: string, status: "active" | "restricted" | "closed") => deps.db.account.update({ where: { id }, data: { status, updatedAt: new Date() } });

test("an account that was closed while its notice was on the way, and comes back, was told by it", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 1);
  const campaignId = await aCampaign(deps, versionId);
  await stageAudience(deps, campaignId);
  const [message] = await messages(campaignId);
  await move(message!.accountId, "closed");
  await markMessages(deps, newId(), [{ as: "handed_over", id: message!.id, reply: "250 queued", at: new Date() }]);
  expect(await recipients(campaignId)).toMatchObject([{ state: "dropped" }]);
  await move(message!.accountId, "active");
  await chooseContacts(deps, campaignId);
  expect(await recipients(campaignId)).toMatchObject([{ state: "notified", notifiedByMessageId: message!.id }]);
  expect(await finishCampaign(deps, campaignId)).toBe(true);
});

test("an account holder who is restricted before the list is whole stands on it like everybody, and the version waits for them", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 1);
  const campaignId = await aCampaign(deps, versionId);
  const { id } = await deps.db.account.findFirstOrThrow({ where: { platformId } });
  await move(id, "restricted");
  await move(id, "active");
  await stageAudience(deps, campaignId);
  expect(await recipients(campaignId)).toMatchObject([{ accountId: id, joinedAt: null, state: "waiting" }]);
  expect(await standing(versionId)).toMatchObject({ waiting: 1, joinersWaiting: 0 });
});

test("who joins a complete campaign in the last moment before the version takes effect is told all the same", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  const campaignId = await aCampaign(deps, versionId);
  await stageAudience(deps, campaignId);
  await finishCampaign(deps, campaignId);
  await manyAccounts(deps, platformId, 1);
  await deps.db.policyVersion.update({ where: { id: versionId }, data: { effectiveFrom: deps.clock().plus({ days: 20 }).toJSDate(), state: "in_force" } });
  stage.sender(await stage.sink());
  await vi.waitFor(async () => expect(await recipients(campaignId)).toMatchObject([{ state: "notified" }]), patience);
  await stage.complete(campaignId);
});

test("what comes back after the version took effect takes nothing from what its effect rested on", async () => {
  const at = await database.deps("2026-12-01T17:00:00Z");
  const { id: platformId } = await aPlatform(at);
  const { version } = await aVersionFor(at, { platformId, day: "2026-12-16" });
  const { campaignId } = await aSentCampaign(at, { platformId, versionId: version.id, day: "2026-12-16", told: ["2026-12-01T18:00:00Z", "2026-12-01T18:00:01Z"] });
  const [first, second] = await messages(campaignId);
  at.clock.set("2026-12-01T18:30:00Z");
  await bounceMessage(at, teller, { messageId: first!.id, said: "5.1.1 no mailbox" });
  expect((await recipients(campaignId)).map(({ state }) => state).sort()).toEqual(["notified", "waiting"]);
  await at.db.policyNoticeRecipient.updateMany({ where: { campaignId, state: "waiting" }, data: { state: "unreachable", settledAt: new Date(), settledById: newId(), settledHow: "By letter", toldAt: new Date("2026-12-01T19:00:00Z") } });
  at.clock.set("2026-12-16T07:00:00Z");
  await bringIntoForce(at);
  expect((await at.db.policyVersion.findUniqueOrThrow({ where: { id: version.id } })).state).toBe("in_force");
  expect(await bounceMessage(at, teller, { messageId: second!.id, said: "5.4.7 expired" })).toMatchObject({ ok: true });
  expect(await standing(version.id)).toMatchObject({ allNotified: true, waiting: 0 });
  expect(await messages(campaignId)).toMatchObject([{ state: "bounced" }, { state: "bounced", handedOverAt: new Date("2026-12-01T18:00:01Z") }]);
});

test("a server that refuses everybody pauses the campaign; tried again, each account gets the same message at the first address it still has", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 200);
  let refuses = true;
  const sink = await stage.sink(() => (refuses ? "refuse" : "take"), { keep: true });
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink);
  await vi.waitFor(async () => expect(await campaignNow(campaignId)).toMatchObject({ state: "paused", pauseReason: expect.stringMatching(/^50 addresses in a row were refused.*550/), pausedById: null }), patience);
  await vi.waitFor(async () => expect((await recipients(campaignId)).filter(({ state }) => state === "unreachable").length).toBe(sink.tries.size), patience);
  expect(sink.tries.size).toBeGreaterThanOrEqual(50);
  expect(sink.tries.size).toBeLessThan(200);

  const lost = (await recipients(campaignId)).filter(({ state }) => state === "unreachable");
  const [moved] = lost;
  await deps.db.policyNoticeMessage.updateMany({ where: { campaignId, accountId: moved!.accountId }, data: { lastError: "the account took this address back" } });
  await deps.db.accountContact.deleteMany({ where: { accountId: moved!.accountId } });
  await addContact(deps, moved!.accountId, "second@next.example", { position: 1 });
  await vi.waitFor(async () => expect(await deps.db.policyNoticeMessage.count({ where: { campaignId, accountId: moved!.accountId, position: 2 } })).toBe(1), patience);
  await deps.db.policyNoticeMessage.updateMany({ where: { campaignId, accountId: moved!.accountId, position: 2 }, data: { state: "failed", lastError: "550 no" } });
  await deps.db.policyNoticeRecipient.updateMany({ where: { campaignId, accountId: moved!.accountId }, data: { state: "unreachable", unreachableAt: new Date() } });

  const analyst = await createStaff(deps.db, ["analyst", "lead"]);
  expect(await tryUnreachableAgain(deps, analyst, { campaignId })).toEqual({ ok: false, reason: "forbidden" });
  expect(await tryUnreachableAgain(deps, policyManager, { campaignId: newId() })).toEqual({ ok: false, reason: "campaign_unknown" });
  refuses = false;
  expect(await deps.db.$transaction((tx) => countTriable(tx, campaignId))).toBe(lost.length);
  expect(await tryUnreachableAgain(deps, policyManager, { campaignId })).toEqual({ ok: true, messages: lost.length });
  expect((await campaignNow(campaignId)).state).toBe("paused");
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId }, data: { state: "sending" } });
  await stage.complete(campaignId);
  expect((await recipients(campaignId)).map(({ state }) => state)).toEqual(Array.from({ length: 200 }, () => "notified"));
  expect(sink.taken.has("second@next.example")).toBe(true);
  for (const { id, position, accountId } of await messages(campaignId)) if (accountId !== moved!.accountId) expect([position, [...sink.taken.values()].some(({ messageIds }) => [...messageIds].some((one) => one.startsWith(`<notice.${id}@`)))]).toEqual([1, true]);
  expect(await tryUnreachableAgain(deps, policyManager, { campaignId })).toEqual({ ok: true, messages: 0 });
});

test("a sender that lost its lease in the middle of a message hangs up, and the message goes again as the same one", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 3);
  const sink = await stage.sink((address, number) => (address.startsWith("owner-1@") && number === 1 ? "slow" : "take"), { slowMs: 20_000 });
  const campaignId = await aCampaign(deps, versionId);
  stage.sender(sink);
  await vi.waitFor(() => expect(sink.taken.size).toBe(3), patience);
  await vi.waitFor(async () => expect(await deps.db.policyNoticeMessage.count({ where: { campaignId, state: "handed_over" } })).toBe(2), patience);
  const { senderId } = await deps.db.policyNoticeMessage.findFirstOrThrow({ where: { campaignId, state: "queued" } });
  await deps.db.$executeRaw`UPDATE policy_notice_sender SET lease_until = clock_timestamp() - interval '1 second' WHERE id = ${senderId}::uuid`;
  await stage.complete(campaignId);
  expect([...sink.taken.entries()].map(([address, { messageIds, times }]) => [address, messageIds.size, times]).sort()).toEqual([["owner-0@d0.example", 1, 1], ["owner-1@d1.example", 1, 2], ["owner-2@d2.example", 1, 1]]);
  expect((await messages(campaignId)).map(({ state, attempts }) => [state, attempts])).toEqual([["handed_over", 1], ["handed_over", 1], ["handed_over", 1]]);
});

test("once the version waits for another day whoever is written to reads that one; what a server may have taken before goes as the same text", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 5);
  const mood = (address: string, number: number) => (number > 1 ? "take" : address.startsWith("owner-1@") ? "defer" : address.startsWith("owner-2@") ? "drop_after_data" : "take");
  const sink = await stage.sink(mood, { keep: true });
  const [before, after] = [deps.clock().plus({ days: 60 }).toISODate()!, deps.clock().plus({ days: 75 }).toISODate()!];
  const campaignId = await aCampaign(deps, versionId, { effectiveDay: before });
  await deps.db.account.updateMany({ where: { platformId, externalId: "acct-4" }, data: { status: "suspended" } });
  stage.sender(sink, { pauseMs: () => 3_600_000 });
  await vi.waitFor(async () => expect((await messages(campaignId)).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]), patience);

  await deps.db.$transaction((tx) => tellOtherDay(tx, deps, { campaignId, platformId, effectiveDay: after, words: { en: { policyTitle: "Acceptable use policy", summary: "Reminders count as marketing now." }, es: { policyTitle: "Política de uso aceptable", summary: "Los recordatorios." } }, policyPath: "/policies/x" }));
  await deps.db.account.updateMany({ where: { platformId, externalId: "acct-4" }, data: { status: "active" } });
  await manyAccounts(deps, platformId, 1, { from: 9 });
  const [told] = await deps.db.policyNoticeMessage.findMany({ where: { campaignId, addressHash: deps.crypto.lookup("owner-3@d3.example", "email") } });
  await addContact(deps, told!.accountId, "second@next.example", { position: 1, language: "en" });
  await bounceMessage(deps, teller, { messageId: told!.id, said: "5.1.1 no mailbox" });
  await deps.db.policyNoticeMessage.updateMany({ where: { campaignId, state: "queued" }, data: { dueAt: new Date() } });
  await vi.waitFor(async () => expect((await recipients(campaignId)).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => "notified")), patience);

  const dayTold = async (address: string) => {
    const { subject, text } = await simpleParser(sink.mailTo(address)!);
    return [before, after].filter((day) => (["en", "es"] as const).some((language) => `${subject} ${text?.replace(/\s+/g, " ")}`.includes(civilDay(day, language))));
  };
  const [zero, deferred, unanswered, , back, joiner] = await Promise.all([0, 1, 2, 3, 4, 9].map((n) => dayTold(`owner-${n}@d${n}.example`)));
  expect({ zero, deferred, unanswered, back, joiner, next: await dayTold("second@next.example") }).toEqual({ zero: [before], deferred: [after], unanswered: [before], back: [after], joiner: [after], next: [after] });
  const days = await deps.db.policyNoticeMessage.groupBy({ by: ["textDay"], where: { campaignId }, _count: true, orderBy: { textDay: "asc" } });
  expect(days.map(({ textDay, _count }) => [textDay?.toISOString().slice(0, 10), _count])).toEqual([[before, 3], [after, 4]]);
});

test("a test goes to whoever asks for it and to nobody else, marked as one, with their own name in the account's place", async () => {
  const { platformId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 2);
  const pam = await createStaff(deps.db, ["policy_manager"]);
  await deps.db.staff.update({ where: { id: pam.id }, data: { name: "Pam <b>O'Neil</b>" } });
  const input = { platformId, language: "es" as const, effectiveDay: "2027-03-01", policyPath: "/policies/x/y/versions/2", words: { en: { policyTitle: "Terms", summary: "New." }, es: { policyTitle: "Condiciones {{account}}", summary: "Nuevo." } } };
  expect(await testSend(deps, await createStaff(deps.db, ["analyst", "lead"]), input)).toEqual({ ok: false, reason: "forbidden" });
  expect(await testSend(deps, pam, { ...input, words: { en: input.words.en } })).toEqual({ ok: false, reason: "campaign_text_missing" });
  const sent = await testSend(deps, pam, input);
  if (!sent.ok) throw new Error(sent.reason);
  const notice = await deps.db.notice.findUniqueOrThrow({ where: { id: sent.noticeId } });
  const { email } = await deps.db.staff.findUniqueOrThrow({ where: { id: pam.id } });
  expect(deps.crypto.open(notice.addressSealed, "notice.address")).toBe(email);
  expect(notice.subject).toMatch(/^\[Test\] .*Condiciones \{account\}/);
  expect(deps.crypto.open(notice.textSealed, "notice.text")).toContain("Pam <b>O'Neil</b>");
  expect(deps.crypto.open(notice.htmlSealed!, "notice.html")).not.toContain("<b>O'Neil");
  expect(await deps.db.outboxMessage.count({ where: { topic: "notice.deliver", payload: { path: ["noticeId"], equals: notice.id } } })).toBe(1);
  expect([await deps.db.policyNoticeCampaign.count({ where: { platformId } }), await deps.db.notice.count({ where: { platformId } })]).toEqual([0, 1]);
});

test("the feed of an account is its platform's to read and to receipt, over HTTP with a key", async () => {
  const { platformId, versionId, platformKey } = await aScheduledVersion(deps);
  const [mine, silent] = [await anAccount(deps, platformId, { externalId: "acct/7 ü" }), await anAccount(deps, platformId)];
  const campaignId = await aCampaign(deps, versionId);
  await stageAudience(deps, campaignId);
  const elsewhere = await aPlatform(deps);
  const foreign = await anAccount(deps, elsewhere.id);
  const admin = await createStaff(deps.db, ["admin"]);
  const bearer = async (key: string, scopes: ("notice:read" | "gate:read")[]) => {
    const made = await createApiKey(deps, admin, { platformKey: key, name: "test", scopes });
    if (!made.ok) throw new Error(made.reason);
    return { authorization: `Bearer ${made.key}` };
  };
  const [own, narrow, other] = [await bearer(platformKey, ["notice:read"]), await bearer(platformKey, ["gate:read"]), await bearer(elsewhere.key, ["notice:read"])];
  const path = (externalId: string, key = platformKey) => `/api/v1/platforms/${key}/accounts/${encodeURIComponent(externalId)}/notices`;
  const seen = async (headers: Record<string, string>, at: string) => {
    const response = await web.get(at, headers);
    return { status: response.status, body: (await response.json()) as { notices?: unknown[]; code?: string } };
  };
  const ahead = await seen(own, path(mine.externalId));
  expect(ahead).toMatchObject({ status: 200, body: { account: mine.externalId, platform: platformKey, notices: [{ id: campaignId, version: 2, inForce: false, mailAcceptedAt: null, readAt: null }] } });
  expect((await seen({}, path(mine.externalId))).status).toBe(401);
  expect((await seen(narrow, path(mine.externalId))).status).toBe(403);
  expect((await seen(other, path(mine.externalId))).status).toBeGreaterThanOrEqual(403);
  expect(await seen(own, path(foreign.externalId))).toMatchObject({ status: 404, body: { code: "account_unknown" } });

  const read = async (headers: Record<string, string>, externalId: string, notice: string) => {
    const response = await web.post(`${path(externalId)}/${notice}/read`, {}, { "idempotency-key": newId(), ...headers });
    return { status: response.status, body: (await response.json()) as { readAt?: string; code?: string } };
  };
  const first = await read(own, mine.externalId, campaignId);
  expect(first).toMatchObject({ status: 200, body: { notice: campaignId } });
  expect((await read(own, mine.externalId, campaignId)).body.readAt).toBe(first.body.readAt);
  expect((await read(other, silent.externalId, campaignId)).status).toBeGreaterThanOrEqual(403);
  expect(await read(own, foreign.externalId, campaignId)).toMatchObject({ status: 404, body: { code: "account_unknown" } });
  expect(await read(own, mine.externalId, newId())).toMatchObject({ status: 404, body: { code: "notice_unknown" } });
  expect((await read(own, mine.externalId, "x")).status).toBe(400);
  expect(await deps.db.policyNoticeRecipient.findMany({ where: { campaignId, readAt: { not: null } }, select: { accountId: true, notifiedAt: true } })).toEqual([{ accountId: mine.id, notifiedAt: null }]);
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId }, data: { state: "stopped" } });
  expect((await seen(own, path(mine.externalId))).body.notices).toEqual([]);
});
