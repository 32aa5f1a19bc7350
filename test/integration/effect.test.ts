import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyCommand } from "~/admin/notice-verify";
import { newId } from "~/infra/id";
import { signingKeysOf } from "~/infra/signing-keys.server";
import type { StaffActor } from "~/modules/access/actor";
import { eraseAddresses } from "~/modules/notices/campaign/erase-addresses.server";
import { exportProof } from "~/modules/policy/proof/export-proof.server";
import { openProof } from "~/modules/policy/proof/proof-rows.queries.server";
import { verifyProof } from "~/modules/policy/proof/verify-proof.server";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { webhookBody } from "~/modules/webhooks/webhook-events";
import { createEndpointSchema } from "~/modules/webhooks/webhook.schema";
import { bringIntoForce } from "~/modules/policy/bring-into-force.server";
import { must } from "../factories/appealed";
import { aCampaign, aScheduledVersion } from "../factories/campaign";
import { aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "proofs-"));
  database = await testDatabase();
  deps = await database.deps("2026-12-01T17:00:00Z");
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const day = "2026-12-16";
const midnight = "2026-12-16T07:00:00Z";
type Told = Parameters<typeof aCampaign>[1]["told"];

async function scheduled(told: Told, { material = true, state }: { material?: boolean; state?: "sending" | "complete" | "stopped" } = {}) {
  deps.clock.set("2026-12-01T17:00:00Z");
  const platform = await aPlatform(deps);
  const { version, before, policy } = await aScheduledVersion(deps, { platformId: platform.id, day, material });
  const campaignId = material ? (await aCampaign(deps, { platformId: platform.id, versionId: version.id, day, told, ...(state && { state }) })).campaignId : null;
  return { platform, policy, version, before, campaignId };
}
const versionNow = (id: string) => deps.db.policyVersion.findUniqueOrThrow({ where: { id } });
const heldNow = async (campaignId: string | null) => (await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId! } })).heldReason;
const audited = async (versionId: string) => (await deps.db.auditEntry.findMany({ where: { type: { startsWith: "policy_version." } }, orderBy: { at: "asc" } })).filter(({ body }) => body.includes(versionId)).map(({ type }) => type);

test("a version whose account holders were all told in time takes effect as its day begins, and the old one ends there", async () => {
  const { version, before, policy, platform } = await scheduled(["2026-12-01T18:00:00Z", "2026-12-02T06:59:59Z", { state: "dropped" }, { state: "joined" }]);
  must(await createEndpoint(deps, await createStaff(deps.db, ["admin"]), createEndpointSchema.parse({ platformKey: platform.key, url: "https://hooks.example.com/policies", description: "policies" })));
  deps.clock.set("2026-12-16T06:59:59Z");
  await bringIntoForce(deps);
  expect((await versionNow(version.id)).state).toBe("scheduled");

  deps.clock.set("2026-12-16T07:00:10Z");
  expect(await bringIntoForce(deps)).toBe(1);
  expect(await versionNow(version.id)).toMatchObject({ state: "in_force", effectiveFrom: new Date(midnight), effectiveTo: null, lastUpdatedOn: new Date("2026-12-16T00:00:00Z") });
  expect(await versionNow(before.id)).toMatchObject({ state: "superseded", effectiveTo: new Date(midnight) });
  expect(await audited(version.id)).toEqual(["policy_version.superseded", "policy_version.took_effect"]);
  const told = await deps.db.webhookMessage.findMany({ where: { platformId: platform.id, type: "policy.changed", subjectId: { in: [before.id, version.id] } } });
  const states = told.map(({ payload }) => (JSON.parse(payload) as { data: { policy: string; version: number; state: string } }).data).map(({ policy: code, version: number, state }) => `${code === policy.code} ${number} ${state}`);
  expect(states).toEqual(expect.arrayContaining(["true 1 superseded", "true 2 in_force"]));
  expect(await bringIntoForce(deps)).toBe(0);
});

test("two workers at once bring it into force once, and a worker that was away for days brings it into force from its day on", async () => {
  const { version } = await scheduled(["2026-12-01T18:00:00Z"]);
  deps.clock.set("2026-12-19T12:00:00Z");
  const other = await database.deps("2026-12-19T12:00:00Z");
  const done = await Promise.all([bringIntoForce(deps), bringIntoForce(other), bringIntoForce(deps)]);
  expect(done.reduce((sum, one) => sum + one)).toBe(1);
  expect(await versionNow(version.id)).toMatchObject({ state: "in_force", effectiveFrom: new Date(midnight) });
  expect(await audited(version.id)).toEqual(["policy_version.superseded", "policy_version.took_effect"]);
});

describe("a version that cannot lawfully take effect on its day", () => {
  test.each<[string, Told, string]>([
    ["the last account holder was told as the next day began", ["2026-12-01T18:00:00Z", "2026-12-02T07:00:00Z"], "told_too_late"],
    ["one is still waiting", ["2026-12-01T18:00:00Z", { state: "waiting" }], "not_everybody_told"],
    ["no address took it, and nobody told them another way", [{ state: "unreachable" }], "not_everybody_told"],
  ])("is held as soon as that is certain, people are told once, and nothing brings it into force: %s", async (_why, told, reason) => {
    const [lead, manager, analyst] = [await createStaff(deps.db, ["lead"]), await createStaff(deps.db, ["policy_manager"]), await createStaff(deps.db, ["analyst"])];
    const { version, before, campaignId, platform } = await scheduled(told);
    must(await createEndpoint(deps, await createStaff(deps.db, ["admin"]), createEndpointSchema.parse({ platformKey: platform.key, url: "https://hooks.example.com/policies", description: "policies" })));
    deps.clock.set("2026-12-02T06:59:59Z");
    await bringIntoForce(deps);
    expect(await heldNow(campaignId)).toBeNull();

    deps.clock.set("2026-12-02T07:00:30Z");
    expect(await bringIntoForce(deps)).toBe(1);
    expect(await heldNow(campaignId)).toBe(reason);
    const events = await deps.db.webhookMessage.findMany({ where: { type: "policy.changed", subjectId: version.id } });
    expect(events.map(({ payload }) => webhookBody("policy.changed").parse(JSON.parse(payload)).data.state)).toEqual(["held"]);
    for (const later of ["2026-12-02T08:00:00Z", "2026-12-16T07:00:00Z", "2027-02-01T00:00:00Z"]) {
      deps.clock.set(later);
      expect(await bringIntoForce(deps)).toBe(0);
    }
    expect(await versionNow(version.id)).toMatchObject({ state: "scheduled" });
    expect((await versionNow(before.id)).state).toBe("in_force");
    expect(await audited(version.id)).toEqual(["policy_version.held"]);

    const notices = await deps.db.notice.findMany({ where: { kind: "policy_held", dedupeKey: { startsWith: `policy:${version.id}:held:` } }, select: { addressHash: true } });
    const hashOf = async ({ id }: { id: string }) => deps.crypto.lookup((await deps.db.staff.findUniqueOrThrow({ where: { id } })).email, "email");
    const reached = notices.map(({ addressHash }) => addressHash);
    expect(reached).toContain(await hashOf(lead));
    expect(reached).toContain(await hashOf(manager));
    expect(reached).not.toContain(await hashOf(analyst));
    expect(new Set(reached).size).toBe(reached.length);
    await expect(deps.db.$executeRaw`UPDATE policy_version SET state = 'in_force' WHERE id = ${version.id}::uuid`).rejects.toThrow(/cannot take effect on its day/);
    for (const state of ["in_force", "superseded"] as const)
      await expect(deps.db.policyVersion.create({ data: { id: crypto.randomUUID(), policyId: version.policyId, number: 9, state, effectiveFrom: new Date("2027-02-01T00:00:00Z"), createdAt: new Date() } })).rejects.toThrow(/comes into force from being scheduled/);
    await expect(deps.db.policyVersion.update({ where: { id: before.id }, data: { effectiveFrom: new Date("2025-06-01T00:00:00Z") } })).rejects.toThrow(/began when it began/);
    await expect(deps.db.policyVersion.update({ where: { id: before.id }, data: { state: "draft" } })).rejects.toThrow(/does not go from in_force to draft/);
  });

  test("because its campaign was stopped is held, and says so", async () => {
    const { campaignId } = await scheduled(["2026-12-01T18:00:00Z"], { state: "stopped" });
    deps.clock.set("2026-12-02T07:00:00Z");
    await bringIntoForce(deps);
    expect(await heldNow(campaignId)).toBe("no_campaign");
  });
});

test("a change that is not material takes effect on its day without a campaign", async () => {
  const { version } = await scheduled([], { material: false });
  deps.clock.set("2026-12-10T07:00:00Z");
  await bringIntoForce(deps);
  expect((await versionNow(version.id)).state).toBe("scheduled");
  deps.clock.set(midnight);
  await bringIntoForce(deps);
  expect((await versionNow(version.id)).state).toBe("in_force");
});

test("a legal reason that two people gave takes the place of the time, not of the day", async () => {
  const { version, campaignId } = await scheduled(["2026-12-10T18:00:00Z", { state: "waiting" }]);
  const [asked, agreed] = [await createStaff(deps.db, ["admin"]), await createStaff(deps.db, ["policy_manager"])];
  const at = deps.clock().toJSDate();
  const law = { requiredByLaw: "A court order.", lawAskedById: asked.id, lawAskedAt: at, lawAgreedAt: at };
  await expect(deps.db.policyNoticeCampaign.update({ where: { id: campaignId! }, data: { ...law, lawAgreedById: asked.id } })).rejects.toThrow(/law_four_eyes/);
  await deps.db.policyNoticeCampaign.update({ where: { id: campaignId! }, data: { ...law, lawAgreedById: agreed.id } });
  deps.clock.set("2026-12-15T07:00:00Z");
  await bringIntoForce(deps);
  expect((await versionNow(version.id)).state).toBe("scheduled");
  deps.clock.set(midnight);
  await bringIntoForce(deps);
  expect((await versionNow(version.id)).state).toBe("in_force");
});

describe("the proof", () => {
  const exported = async (campaignId: string, kind: "zip" | "csv" | "proof", actor: StaffActor) => {
    const { stream, fileName } = must(await exportProof(deps, actor, { campaignId, kind }));
    const path = join(folder, `${kind}-${campaignId}`);
    await pipeline(stream, createWriteStream(path));
    return { path, fileName };
  };

  test("of what the database holds is checked without it: with the addresses, and without", async () => {
    const { campaignId, version, policy } = await scheduled(["2026-12-01T18:00:00Z", { state: "dropped" }, { state: "unreachable" }, { state: "joined" }]);
    const lead = await createStaff(deps.db, ["lead"]);
    await deps.db.policyNoticeRecipient.updateMany({ where: { campaignId: campaignId!, state: "unreachable" }, data: { settledAt: deps.clock().toJSDate(), settledById: lead.id, settledHow: "Called them.", toldAt: new Date("2026-12-01T20:00:00Z"), unreachableAt: null } });
    deps.clock.set(midnight);
    await bringIntoForce(deps);
    expect((await versionNow(version.id)).state).toBe("in_force");

    const [{ fingerprint }] = signingKeysOf(deps.config.signingKeys);
    const whole = await exported(campaignId!, "zip", lead);
    expect(whole.fileName).toBe(`${policy.code}-2-proof.zip`);
    expect(await verifyProof(whole.path, { expected: fingerprint })).toMatchObject({
      whole: true,
      lawful: true,
      withAddresses: true,
      changes: 1,
      earliestDay: day,
      tail: { accounts: 4, joined: 1, states: { notified: 2, dropped: 1, waiting: 1, unreachable: 0 }, lastNotifiedAt: "2026-12-01T20:00:00.000Z" },
    });
    const [csv, proof] = [await exported(campaignId!, "csv", lead), await exported(campaignId!, "proof", lead)];
    expect(await verifyProof(proof.path, { expected: fingerprint, csvPath: csv.path })).toMatchObject({ whole: true, lawful: true, withAddresses: true });
    expect(await readFile(csv.path, "utf8")).toContain("owner0@shop.example,handed_over,1,250 2.0.0 queued,2026-12-01T18:00:00.000Z");
    expect(await readFile(proof.path, "utf8")).not.toContain("shop.example");
    const entries = await deps.db.auditEntry.findMany({ where: { type: "campaign.proof_exported" } });
    expect(entries.map(({ body }) => (JSON.parse(body) as { facts: { addresses: boolean } }).facts.addresses).sort()).toEqual([false, true, true]);

    const said: string[] = [];
    const verify = (...args: string[]) => verifyCommand(args, (text) => void said.push(text), (text) => void said.push(text));
    expect(await verify(whole.path)).toBe(3);
    expect(await verify(whole.path, "--key", fingerprint)).toBe(0);
    expect(await verify(proof.path, "--unauthenticated")).toBe(0);
    expect(await verify(csv.path)).toBe(1);
    expect(await verify(join(folder, "nothing"))).toBe(2);
    expect(await verify(whole.path, "--key", "short")).toBe(2);
    expect(said.join("")).toContain("It took effect lawfully at 2026-12-16T07:00:00.000Z.");
  });

  test("stays whole when the addresses of accounts that were closed are erased: in time, and not of those a hold keeps", async () => {
    const { campaignId, platform } = await scheduled(["2026-12-01T18:00:00Z", "2026-12-01T18:00:00Z", "2026-12-01T18:00:00Z", { state: "waiting" }]);
    const lead = await createStaff(deps.db, ["lead"]);
    const accounts = await deps.db.account.findMany({ where: { platformId: platform.id }, orderBy: { id: "asc" } });
    const [, held, closed, resting] = accounts.map(({ id }) => id);
    const closedAt = deps.clock().toJSDate();
    await deps.db.account.updateMany({ where: { id: { in: [held!, closed!, resting!] } }, data: { status: "closed", closedAt, updatedAt: closedAt } });
    await deps.db.legalHold.create({ data: { id: newId(), reference: `LH-${newId().slice(-8)}`, accountId: held!, authority: "Court", reason: "Order", setById: lead.id, setAt: closedAt } });
    deps.clock.advance({ days: 28, hours: 23 });
    expect(await eraseAddresses(deps)).toBe(0);
    deps.clock.advance({ hours: 2 });
    expect([await eraseAddresses(deps), await eraseAddresses(deps)]).toEqual([2, 0]);
    const left = await deps.db.policyNoticeMessage.findMany({ where: { campaignId: campaignId! }, orderBy: { accountId: "asc" } });
    expect(left.map(({ state, addressSealed, addressHash, addressee }) => [state, addressSealed !== null, addressHash !== "", addressee !== ""])).toEqual([
      ["handed_over", true, true, true], ["handed_over", true, true, true], ["handed_over", false, false, false], ["failed", false, false, false],
    ]);
    const whole = await exported(campaignId!, "zip", lead);
    expect(await verifyProof(whole.path, { expected: signingKeysOf(deps.config.signingKeys)[0].fingerprint })).toMatchObject({ whole: true, withAddresses: true, tail: { states: { notified: 3, dropped: 1 } } });
  });

  test("is for those who may take addresses out, and of a campaign that there is", async () => {
    const { campaignId } = await scheduled(["2026-12-01T18:00:00Z"]);
    expect(await exportProof(deps, await createStaff(deps.db, ["analyst"]), { campaignId: campaignId!, kind: "zip" })).toEqual({ ok: false, reason: "forbidden" });
    expect(await exportProof(deps, await createStaff(deps.db, ["auditor"]), { campaignId: newId(), kind: "zip" })).toEqual({ ok: false, reason: "campaign_unknown" });
  });

  test("leaves the others their connections: only some are read at once, and one nobody reads on is taken back", async () => {
    const { campaignId } = await scheduled(["2026-12-01T18:00:00Z"]);
    const lead = await createStaff(deps.db, ["lead"]);
    const take = () => exportProof(deps, lead, { campaignId: campaignId!, kind: "csv" });
    const [one, two] = [must(await take()), must(await take())];
    expect(await take()).toEqual({ ok: false, reason: "proofs_busy" });
    for (const { stream } of [one, two]) {
      stream.destroy();
      await once(stream, "close");
    }
    const three = must(await take());
    three.stream.destroy();
    await once(three.stream, "close");

    const forgotten = await openProof(deps, campaignId!, 100);
    expect((await new Promise<Error>((told) => forgotten!.whenLost(told))).message).toMatch(/idle-in-transaction/);
    await forgotten!.close();
  });

  test("gives its connection back when nobody reads on", async () => {
    const { campaignId } = await scheduled(["2026-12-01T18:00:00Z"]);
    const lead = await createStaff(deps.db, ["lead"]);
    for (let round = 0; round < 8; round += 1) {
      const { stream } = must(await exportProof(deps, lead, { campaignId: campaignId!, kind: round % 2 ? "zip" : "csv" }));
      stream.destroy();
      await once(stream, "close");
    }
    expect((await versionNow((await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId! } })).policyVersionId)).state).toBe("scheduled");
  });
});
