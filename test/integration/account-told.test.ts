import { afterAll, beforeAll, expect, test } from "vitest";
import { bounceMessage, noteMessageComplaint } from "~/modules/notices/campaign/bounce-message.server";
import { chooseContacts } from "~/modules/notices/campaign/choose-contacts.server";
import { settleUnreachable } from "~/modules/notices/campaign/settle-unreachable.server";
import { accountTold } from "~/modules/policy/account-told.queries.server";
import { listCampaigns } from "~/modules/policy/campaign-desk.queries.server";
import { noticeTasks } from "~/modules/policy/notice-tasks.queries.server";
import { aCampaign, aScheduledVersion } from "../factories/campaign";
import { aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const teller = { kind: "system", name: "mail" } as const;
const day = "2027-01-20";

let database: TestDatabase;
let deps: TestDeps;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
});
afterAll(() => database.close());

test("an account's page says of each change whether it was told, by which message, when, and what its mail server answered", async () => {
  const platform = await aPlatform(deps);
  const { policy, version } = await aScheduledVersion(deps, { platformId: platform.id, day });
  const { campaignId, accounts } = await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, told: ["2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z", { state: "unreachable" }, { state: "dropped" }] });
  const [told, back, unreached, closed] = accounts.map(({ id }) => ({ accountId: id, platformId: platform.id }));
  const message = await deps.db.policyNoticeMessage.findFirstOrThrow({ where: { campaignId, accountId: told!.accountId } });
  await noteMessageComplaint(deps, teller, { messageId: message.id, withdrawn: false });
  const [page, ...more] = await accountTold(deps, told!);
  expect(more).toEqual([]);
  expect(page).toMatchObject({
    campaignId, policy: policy.code, version: 2, state: "notified", notifiedAt: "2026-12-01T10:00:00.000Z",
    messages: [{ id: message.id, state: "handed_over", attempts: 1, said: "250 2.0.0 queued", handedOverAt: "2026-12-01T10:00:00.000Z", complainedAt: deps.clock().toJSDate().toISOString() }],
  });
  expect(JSON.stringify(page)).not.toContain("owner0@shop.example");

  const bounced = await deps.db.policyNoticeMessage.findFirstOrThrow({ where: { campaignId, accountId: back!.accountId } });
  await bounceMessage(deps, teller, { messageId: bounced.id, said: "5.1.1 no such user <owner1@shop.example>" });
  expect(await accountTold(deps, back!)).toMatchObject([{ state: "waiting", notifiedAt: null, messages: [{ state: "bounced", said: "5.1.1 no such user <…>", handedOverAt: "2026-12-01T10:00:00.000Z", settledAt: expect.any(String) }] }]);
  const publisher = await createStaff(deps.db, ["policy_manager"]);
  await settleUnreachable(deps, publisher, { campaignId, accountId: unreached!.accountId, how: "By telephone.", toldAt: deps.clock().toJSDate() });
  expect(await accountTold(deps, unreached!)).toMatchObject([{ state: "unreachable", settled: { how: "By telephone.", toldAt: deps.clock().toJSDate().toISOString() } }]);
  expect(await accountTold(deps, closed!)).toMatchObject([{ state: "dropped", droppedAt: expect.any(String), messages: [] }]);
  expect(await accountTold(deps, { ...told!, platformId: (await aPlatform(deps)).id })).toEqual([]);
});

test("whom no address reaches is a task of whoever publishes policies until somebody told them, and so is a version that is held", async () => {
  const platform = await aPlatform(deps);
  const { policy, version } = await aScheduledVersion(deps, { platformId: platform.id, day });
  const { campaignId, accounts } = await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, told: ["2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"] });
  const tasks = async () => (await noticeTasks(deps)).filter((task) => task.campaignId === campaignId);
  expect(await tasks()).toEqual([]);
  const message = await deps.db.policyNoticeMessage.findFirstOrThrow({ where: { campaignId, accountId: accounts[0]!.id } });
  await bounceMessage(deps, teller, { messageId: message.id, said: "5.1.1 no such user" });
  // Its account has no other address.
  await deps.db.accountContact.deleteMany({ where: { accountId: accounts[0]!.id } });
  await chooseContacts(deps, campaignId);
  expect(await tasks()).toEqual([{ campaignId, policy: policy.code, version: 2, unreached: 1, held: false }]);
  expect((await listCampaigns(deps)).find(({ id }) => id === campaignId)).toMatchObject({ unreached: 1 });
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId }, data: { heldSince: deps.clock().toJSDate(), heldReason: "not_everybody_told" } });
  await settleUnreachable(deps, await createStaff(deps.db, ["policy_manager"]), { campaignId, accountId: accounts[0]!.id, how: "By telephone.", toldAt: deps.clock().toJSDate() });
  expect(await tasks()).toEqual([{ campaignId, policy: policy.code, version: 2, unreached: 0, held: true }]);
});
