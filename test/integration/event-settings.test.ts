import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { eventSettings } from "~/modules/signals/channel.queries.server";
import { shardOf } from "~/modules/signals/event-codes";
import { setChannel, switchChannel } from "~/modules/signals/set-channel.server";
import { setRetention } from "~/modules/signals/set-retention.server";
import { setRetentionSchema } from "~/modules/signals/set-retention.schema";
import { setRule } from "~/modules/signals/set-rule.server";
import { ruleVersion } from "~/modules/signals/rules/default-rules";
import { createAccount } from "../factories/account";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aPlatformWithRules } from "../support/sending";
import { rawRequest, startWeb, type Web } from "../support/web";

const now = "2026-11-20T21:00:00.000Z";
const platformKey = "customerflows";
let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let platformId: string;
let ada: StaffActor, ana: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  ({ platformId } = await aPlatformWithRules(deps));
  web = await startWeb(deps);
  ada = await createStaff(deps.db, ["admin"], "Ada");
  ana = await createStaff(deps.db, ["analyst"], "Ana");
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const trail = async (type: string) => (await deps.db.auditEntry.findMany({ where: { type: { startsWith: type }, platformId }, orderBy: { id: "asc" } })).map(({ type: what, actorId, body }) => ({ what, actorId, facts: (JSON.parse(body) as { facts: Record<string, unknown> }).facts }));

describe("a channel", () => {
  const [first, second] = ["the-first-app-secret", "the-second-app-secret"];
  const call = async (secret: string) => {
    const body = JSON.stringify({ object: "whatsapp_business_account", entry: [] });
    const { status } = await rawRequest(web.port, { method: "POST", path: `/webhooks/whatsapp/${platformKey}`, body, headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` } });
    return status;
  };
  const shown = async () => (await eventSettings(deps, platformKey))!.channels.find(({ provider }) => provider === "whatsapp")!;
  const whatsapp = { platformKey, provider: "whatsapp" } as const;

  test("is set, replaced with a day for both, switched off and on, and says what was last heard; the trail holds no secret", async () => {
    expect(await shown()).toMatchObject({ state: "unset", lastReceivedAt: null });
    expect(await call(first!)).toBe(403);
    expect(await setChannel(deps, ana, { ...whatsapp, secret: first!, verifyToken: "a-verify-token-of-ours" })).toMatchObject({ reason: "forbidden" });
    expect(await switchChannel(deps, ada, { ...whatsapp, on: false })).toMatchObject({ reason: "channel_not_set" });
    expect(await setChannel(deps, ada, { ...whatsapp, secret: first! })).toMatchObject({ reason: "verify_token_missing" });
    expect(await setChannel(deps, ada, { ...whatsapp, secret: first!, verifyToken: "a-verify-token-of-ours" })).toEqual({ ok: true, replaced: false });
    expect([await call(first!), await call("not-a-secret-of-ours")]).toEqual([200, 403]);
    expect(await shown()).toMatchObject({ state: "on", lastReceivedAt: now, lastRefusedAt: now, previousUntil: null, hasVerifyToken: true });

    expect(await setChannel(deps, ada, { ...whatsapp, secret: second! })).toEqual({ ok: true, replaced: true });
    expect([await call(first!), await call(second!)]).toEqual([200, 200]);
    expect(await shown()).toMatchObject({ previousUntil: "2026-11-21T21:00:00.000Z" });
    deps.clock.advance({ hours: 24 });
    expect([await call(first!), await call(second!)]).toEqual([403, 200]);
    expect(await shown()).toMatchObject({ previousUntil: null, lastReceivedAt: "2026-11-21T21:00:00.000Z" });

    expect(await switchChannel(deps, ada, { ...whatsapp, on: false })).toEqual({ ok: true });
    expect(await switchChannel(deps, ada, { ...whatsapp, on: false })).toMatchObject({ reason: "nothing_to_switch" });
    expect(await call(second!)).toBe(403);
    expect(await switchChannel(deps, ada, { ...whatsapp, on: true })).toEqual({ ok: true });
    expect(await call(second!)).toBe(200);
    const entries = await trail("channel.");
    expect(entries.map(({ what, actorId }) => [what, actorId])).toEqual(["channel.secret_set", "channel.secret_set", "channel.switched", "channel.switched"].map((what) => [what, ada.id]));
    const everything = JSON.stringify([entries, await eventSettings(deps, platformKey), await deps.db.channel.findMany()]);
    for (const word of [first!, second!, "a-verify-token-of-ours"]) expect(everything).not.toContain(word);
  });
});

describe("how long events are kept", () => {
  const set = async (days: number, over: object = {}, actor = ada) => {
    const { eventRetentionDays: basedOn } = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
    return setRetention(deps, actor, { platformKey, days, basedOn, confirmed: false, reason: "The lawyers asked for it.", ...over });
  };

  test("is never less than the rules look back, never shortened unasked or while events wait to be judged, and is in the trail", async () => {
    expect((await eventSettings(deps, platformKey))!.retention).toEqual({ days: 35, least: 34 });
    expect(await set(60, {}, ana)).toMatchObject({ reason: "forbidden" });
    expect(await set(60, { basedOn: 36 })).toMatchObject({ reason: "stale" });
    expect(await set(401)).toMatchObject({ reason: "invalid" });
    expect(await set(35)).toMatchObject({ reason: "retention_unchanged" });
    expect(await set(33, { confirmed: true })).toMatchObject({ reason: "retention_too_short" });
    expect(await set(60)).toEqual({ ok: true });
    expect(await set(34)).toMatchObject({ reason: "retention_unconfirmed" });
    const { id } = await createAccount(deps.db, { platformId });
    await deps.db.$executeRaw`INSERT INTO stream.quarantined_account (account_id, platform_id, shard, place, since, reason) VALUES (${id}::uuid, ${platformId}::uuid, ${shardOf(id)}::smallint, '0', now(), 'Error')`;
    expect(await set(34, { confirmed: true })).toMatchObject({ reason: "accounts_set_aside" });
    await deps.db.$executeRaw`DELETE FROM stream.quarantined_account`;
    expect(await set(34, { confirmed: true })).toEqual({ ok: true });
    expect((await trail("event_retention.")).map(({ facts }) => facts)).toEqual([
      { before: { days: 35 }, after: { days: 60 }, reason: "The lawyers asked for it." },
      { before: { days: 60 }, after: { days: 34 }, reason: "The lawyers asked for it." },
    ]);
  });

  test("and a rule cannot come to look back further than they are kept, also from a day ahead", async () => {
    const widened = (windowHours: number) =>
      setRule(deps, ada, { platformKey, rule: "frequency", basedOn: ruleVersion("frequency").version, mode: "signal", parameters: { ...ruleVersion("frequency").parameters, windowHours }, effectiveOn: "2026-12-24", confirmedClause: undefined, interimFeatures: [], interimDays: undefined, reason: "Watch a whole month." } as unknown as Parameters<typeof setRule>[2]);
    expect(await widened(744)).toMatchObject({ reason: "retention_too_short" });
    expect(await set(35)).toEqual({ ok: true });
    expect(await widened(744)).toMatchObject({ ok: true });
    expect((await eventSettings(deps, platformKey))!.retention.least).toBe(35);
    expect(await set(34, { confirmed: true })).toMatchObject({ reason: "retention_too_short" });
  });

  test.each(["", "abc", "31", "401", "34.5", "1e2", " 40 ", "-40", "9".repeat(30)])("a form that says %j days is in bounds or refused beside its field", (days) => {
    const parsed = setRetentionSchema.safeParse({ platformKey, days, basedOn: "35", reason: "The lawyers asked for it." });
    if (parsed.success) expect(parsed.data.days).toSatisfy((value: number) => Number.isInteger(value) && value >= 32 && value <= 400);
    else expect(parsed.error.flatten().fieldErrors.days).toEqual(["Give a whole number from 32 to 400."]);
  });
});
