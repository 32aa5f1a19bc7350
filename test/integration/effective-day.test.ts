import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "~/modules/access/actor";
import { newId } from "~/infra/id";
import { accountNotices } from "~/modules/notices/campaign/account-notices.queries.server";
import { recordNoticeRead } from "~/modules/notices/campaign/record-notice-read.server";
import { settleUnreachable } from "~/modules/notices/campaign/settle-unreachable.server";
import { bringIntoForce } from "~/modules/policy/bring-into-force.server";
import { campaignDesk, listCampaigns } from "~/modules/policy/campaign-desk.queries.server";
import { moveVersionDay } from "~/modules/policy/move-effective-day.server";
import { answerShorterNotice, askShorterNotice } from "~/modules/policy/shorter-notice.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { createEndpointSchema } from "~/modules/webhooks/webhook.schema";
import { webhookBody } from "~/modules/webhooks/webhook-events";
import { must } from "../factories/appealed";
import { aCampaign, aScheduledVersion } from "../factories/campaign";
import { aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-12-01T17:00:00Z");
});
afterAll(() => database.close());

const day = "2026-12-16";
type Told = Parameters<typeof aCampaign>[1]["told"];

async function held(told: Told) {
  deps.clock.set("2026-12-01T17:00:00Z");
  const platform = await aPlatform(deps);
  const { version } = await aScheduledVersion(deps, { platformId: platform.id, day });
  const { campaignId, accounts } = await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, told });
  deps.clock.set("2026-12-04T12:00:00Z");
  await bringIntoForce(deps);
  expect((await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).heldSince).not.toBeNull();
  return { platform, versionId: version.id, campaignId, accounts };
}
const versionNow = (id: string) => deps.db.policyVersion.findUniqueOrThrow({ where: { id } });
const note = "Mail servers were away for two days.";

describe("another day for a version that is held", () => {
  test("is accepted by a person from the earliest lawful one on, posted in the place of the old one, and kept", async () => {
    const { versionId, campaignId } = await held(["2026-12-01T18:00:00Z", "2026-12-03T15:00:00Z"]);
    const [pam, ana] = [await createStaff(deps.db, ["policy_manager"]), await createStaff(deps.db, ["analyst"])];
    await deps.db.policyNoticeDomain.create({ data: { campaignId, domain: "", freeAt: deps.clock().toJSDate() } });
    expect(await campaignDesk(deps, campaignId, deps.clock())).toMatchObject({ effectiveDay: day, offered: "2026-12-18", held: { reason: "told_too_late" }, figures: { recipients: { notified: 2, waiting: 0 } }, unreachable: [], shorter: [] });
    expect((await listCampaigns(deps)).find(({ id }) => id === campaignId)).toMatchObject({ held: true, version: 2, effectiveDay: day });
    expect(await moveVersionDay(deps, ana, { versionId, effectiveOn: "2026-12-18", note })).toEqual({ ok: false, reason: "forbidden" });
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: day, note })).toMatchObject({ reason: "effective_day_told", detail: { was: day } });
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-17", note })).toMatchObject({ reason: "effective_day_unlawful", detail: { earliest: "2026-12-18" } });
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2029-01-01", note })).toMatchObject({ reason: "effective_too_far" });
    must(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-18", note }));
    expect(await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).toMatchObject({ heldSince: null, heldReason: null, effectiveDay: new Date("2026-12-18T00:00:00Z") });
    expect(await deps.db.policyPosting.findFirstOrThrow({ where: { policyVersionId: versionId, endedAt: null } })).toMatchObject({ effectiveOn: new Date("2026-12-18T00:00:00Z") });
    const texts = await deps.db.policyNoticeText.findMany({ where: { campaignId }, orderBy: { effectiveDay: "asc" } });
    expect(texts.map(({ effectiveDay, text }) => [effectiveDay.toISOString().slice(0, 10), text.includes("December 18, 2026")])).toEqual([[day, false], ["2026-12-18", true]]);

    deps.clock.set("2026-12-18T06:59:59Z");
    await bringIntoForce(deps);
    expect((await versionNow(versionId)).state).toBe("scheduled");
    deps.clock.set("2026-12-18T07:00:00Z");
    await bringIntoForce(deps);
    expect(await versionNow(versionId)).toMatchObject({ state: "in_force", effectiveFrom: new Date("2026-12-18T07:00:00Z") });
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-30", note })).toMatchObject({ reason: "illegal_move" });
  });

  test("is no sooner than if the last one were told this moment, and is held again when it cannot be kept either", async () => {
    const { versionId, campaignId } = await held(["2026-12-01T18:00:00Z", { state: "waiting" }]);
    const pam = await createStaff(deps.db, ["policy_manager"]);
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-18", note })).toMatchObject({ reason: "effective_day_unlawful", detail: { earliest: "2026-12-19" } });
    must(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-19", note }));
    deps.clock.set("2026-12-05T12:00:00Z");
    await bringIntoForce(deps);
    expect((await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).heldReason).toBe("not_everybody_told");
    expect(await deps.db.notice.count({ where: { kind: "policy_held", dedupeKey: { startsWith: `policy:${versionId}:held:` } } })).toBeGreaterThan(1);
  });

  test("may be the day itself once a person told in time whom no address reached: nothing is posted anew, and it takes effect", async () => {
    const { platform, versionId, campaignId, accounts } = await held(["2026-12-01T18:00:00Z", { state: "unreachable" }]);
    const pam = await createStaff(deps.db, ["policy_manager"]);
    must(await createEndpoint(deps, await createStaff(deps.db, ["admin"]), createEndpointSchema.parse({ platformKey: platform.key, url: "https://hooks.example.com/policies", description: "policies" })));
    must(await settleUnreachable(deps, pam, { campaignId, accountId: accounts[1]!.id, how: "By telephone, with Mr Roe.", toldAt: new Date("2026-12-01T19:00:00Z") }));
    await deps.db.policyNoticeDomain.create({ data: { campaignId, domain: "", freeAt: deps.clock().toJSDate() } });
    expect(await campaignDesk(deps, campaignId, deps.clock())).toMatchObject({ offered: day, unreachable: [], triable: 0 });
    deps.clock.set("2026-12-04T15:30:00Z");
    must(await moveVersionDay(deps, pam, { versionId, effectiveOn: day, note }));
    const events = (await deps.db.webhookMessage.findMany({ where: { subjectId: versionId } })).map(({ payload }) => webhookBody("policy.changed").parse(JSON.parse(payload)));
    expect(events.map(({ timestamp, data }) => [data.state, timestamp])).toEqual([["scheduled", "2026-12-04T15:30:00.000Z"]]);
    expect(await deps.db.policyPosting.count({ where: { policyVersionId: versionId } })).toBe(0);
    expect(await moveVersionDay(deps, pam, { versionId, effectiveOn: day, note })).toMatchObject({ reason: "effective_day_told" });
    deps.clock.set("2026-12-16T07:00:00Z");
    await bringIntoForce(deps);
    expect(await versionNow(versionId)).toMatchObject({ state: "in_force", effectiveFrom: new Date("2026-12-16T07:00:00Z") });
  });
});

test("no version is given a day that has begun, however long ago everybody was told", async () => {
  const { versionId, campaignId } = await held(["2026-12-03T15:00:00Z"]);
  const pam = await createStaff(deps.db, ["policy_manager"]);
  deps.clock.set("2026-12-28T12:00:00Z");
  await deps.db.policyNoticeDomain.create({ data: { campaignId, domain: "", freeAt: deps.clock().toJSDate() } });
  expect(await campaignDesk(deps, campaignId, deps.clock())).toMatchObject({ offered: "2026-12-29" });
  for (const effectiveOn of ["2026-12-20", "2026-12-28"]) expect(await moveVersionDay(deps, pam, { versionId, effectiveOn, note })).toMatchObject({ reason: "effective_day_over" });
  must(await moveVersionDay(deps, pam, { versionId, effectiveOn: "2026-12-29", note }));
});

describe("a legal reason for less time", () => {
  const reason = "Order 2026/17 of the regulator asks for it by then.";
  test("is an admin's to give and somebody else's to agree to, never brings a day forward that was told, and lets a held version take effect", async () => {
    const { versionId, campaignId } = await held(["2026-12-03T15:00:00Z", { state: "waiting" }]);
    const [ada, pam, lee] = [await createStaff(deps.db, ["admin", "policy_manager"]), await createStaff(deps.db, ["policy_manager"]), await createStaff(deps.db, ["lead"])];
    const ask = (actor: typeof ada, effectiveOn: string) => askShorterNotice(deps, actor, { versionId, effectiveOn, reason });
    expect(await ask(pam, day)).toEqual({ ok: false, reason: "forbidden" });
    expect(await ask(ada, "2026-12-04")).toMatchObject({ reason: "effective_day_over" });
    expect(await ask(ada, "2026-12-10")).toMatchObject({ reason: "effective_day_told" });
    const { requestId } = must(await ask(ada, day));
    expect(await ask(ada, day)).toMatchObject({ reason: "shorter_notice_asked" });
    const answer = (actor: typeof ada, how: "agreed" | "withdrawn") => answerShorterNotice(deps, actor, { versionId, requestId, answer: how });
    expect(await answer(lee, "agreed")).toMatchObject({ reason: "forbidden" });
    expect(await answer(ada, "agreed")).toMatchObject({ reason: "law_four_eyes" });
    expect(await answer(pam, "withdrawn")).toMatchObject({ reason: "law_four_eyes" });
    await expect(deps.db.policyShorterNotice.update({ where: { id: requestId }, data: { state: "agreed", answeredById: ada.id, answeredAt: new Date() } })).rejects.toThrow(/four_eyes/);
    must(await answer(pam, "agreed"));
    expect(await answer(pam, "agreed")).toMatchObject({ reason: "already_answered" });
    await expect(deps.db.policyShorterNotice.update({ where: { id: requestId }, data: { reason: "another" } })).rejects.toThrow(/stays as it was given/);
    expect(await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).toMatchObject({ heldSince: null, requiredByLaw: reason, lawAskedById: ada.id, lawAgreedById: pam.id });

    deps.clock.set("2026-12-16T07:00:00Z");
    await bringIntoForce(deps);
    expect((await versionNow(versionId)).state).toBe("in_force");
  });

  test("that is taken back changes nothing", async () => {
    const { versionId, campaignId } = await held(["2026-12-03T15:00:00Z"]);
    const ada = await createStaff(deps.db, ["admin"]);
    const { requestId } = must(await askShorterNotice(deps, ada, { versionId, effectiveOn: day, reason }));
    must(await answerShorterNotice(deps, ada, { versionId, requestId, answer: "withdrawn" }));
    expect((await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).heldSince).not.toBeNull();
  });
});

describe("what an account is shown in the product", () => {
  test("is its notices with what it can show; the first read receipt counts, and notifies nobody", async () => {
    const { platform, campaignId, versionId, accounts } = await held(["2026-12-03T15:00:00Z", { state: "waiting" }, { state: "dropped" }]);
    const [told, waiting, closed] = accounts as [(typeof accounts)[number], (typeof accounts)[number], (typeof accounts)[number]];
    const key: Actor = { kind: "api_key", id: newId(), platformId: platform.id, scopes: ["notice:read"] };
    const seen = (externalId: string) => accountNotices(deps.db, { platformId: platform.id, externalId, now: deps.clock().toJSDate() });
    expect(await seen(told.externalId)).toMatchObject([{ id: campaignId, version: 2, summary: "Bots are ruled out.", held: true, mailAcceptedAt: new Date("2026-12-03T15:00:00Z"), readAt: null }]);
    expect(await seen(closed.externalId)).toEqual([]);
    expect(await seen("nobody")).toBeNull();

    const read = (externalId: string, actor = key) => recordNoticeRead(deps, actor, { externalId, campaignId });
    const first = must(await read(waiting.externalId));
    deps.clock.advance({ hours: 1 });
    expect(must(await read(waiting.externalId)).readAt).toEqual(first.readAt);
    expect(await deps.db.auditEntry.count({ where: { type: "campaign.notice_read", accountId: waiting.id } })).toBe(1);
    expect(await deps.db.policyNoticeRecipient.findFirstOrThrow({ where: { campaignId, accountId: waiting.id } })).toMatchObject({ state: "waiting", notifiedAt: null });
    expect(await read(closed.externalId)).toMatchObject({ reason: "notice_unknown" });
    expect(await read("nobody")).toMatchObject({ reason: "account_unknown" });
    expect(await read(told.externalId, { ...key, scopes: ["gate:read"] })).toMatchObject({ reason: "forbidden" });
    expect(await recordNoticeRead(deps, { ...key, platformId: (await aPlatform(deps)).id }, { externalId: told.externalId, campaignId })).toMatchObject({ reason: "account_unknown" });
    expect((await versionNow(versionId)).state).toBe("scheduled");
  });
});
