import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { postOutbound } from "~/infra/http/post-outbound.server";
import { newId } from "~/infra/id";
import { purgeRetiredSecrets, purgeWebhookMessages } from "~/infra/purge.server";
import type { StaffActor } from "~/modules/access/actor";
import { createEndpoint } from "~/modules/webhooks/create-endpoint.server";
import { replayDelivery } from "~/modules/webhooks/replay-delivery.server";
import { requeueLostDeliveries } from "~/modules/webhooks/requeue-lost-deliveries.server";
import { rotateSecret } from "~/modules/webhooks/rotate-secret.server";
import { mostAttempts } from "~/modules/webhooks/retry-schedule";
import { settleDelivery } from "~/modules/webhooks/settle-delivery.server";
import { switchEndpoint } from "~/modules/webhooks/switch-endpoint.server";
import { webhookBody, type WebhookEventType } from "~/modules/webhooks/webhook-events";
import { listDeliveries, listEndpoints, stoppedEndpoints } from "~/modules/webhooks/webhooks.queries.server";
import { seedReference } from "#prisma/seed/reference";
import { createCase } from "../factories/case";
import { anAccount } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aCaseToDecide, decide } from "../support/deciding";
import { startReceiver, type Receiver } from "../support/webhook-receiver";
import { startTestWorker, type TestWorker } from "../support/worker";

const operator = { kind: "system", name: "test" } as const;

let database: TestDatabase;
let deps: TestDeps;
let worker: TestWorker;
let receiver: Receiver;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z", { WEBHOOK_LOOPBACK: "1" });
  receiver = await startReceiver();
  await seedReference(deps);
  platformId = (await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } })).id;
  worker = await startTestWorker(deps, "smtp://127.0.0.1:1");
});

afterEach(async () => {
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 204 });
  await deps.db.webhookDelivery.updateMany({ where: { state: "pending" }, data: { state: "cancelled", endedAt: new Date() } });
  await deps.db.webhookEndpoint.updateMany({ data: { state: "disabled", disabledReason: "the test is over" } });
});

afterAll(async () => {
  await worker.stop();
  await receiver.close();
  await database.close();
});

async function endpoint(events: WebhookEventType[] = [], url = receiver.url) {
  const made = await createEndpoint(deps, operator, { platformKey: "customerflows", url, description: "test", events });
  if (!made.ok) throw new Error(made.reason);
  return made;
}
const at = () => deps.clock().toJSDate();
const deny = (accountId: string, feature: string) =>
  deps.db.gateEntry.create({ data: { accountId, feature, verdict: "deny", reasonCode: "feature_restricted", updatedAt: at() } });
const delivered = (count: number) => expect.poll(() => receiver.received.length).toBe(count);
const bodies = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: WebhookEventType; data: Record<string, unknown> });
const signed = (one: { headers: object }) => one.headers as Record<string, string>;

test("a decision is told as what it did, signed, in the form that is published, once for each change", async () => {
  const { secret } = await endpoint();
  const found = await aCaseToDecide(deps);
  await decide(deps, found);
  await expect.poll(() => new Set(bodies().map(({ type }) => type))).toEqual(expect.objectContaining({ size: 3 }));
  const told = bodies();
  expect(told.map(({ type }) => type).filter((type) => type !== "gate.changed")).toEqual(expect.arrayContaining(["case.opened", "case.changed", "action.started"]));
  for (const [index, body] of told.entries()) {
    expect(webhookBody(body.type).strict().parse(body)).toEqual(body);
    expect(new Webhook(secret).verify(receiver.received[index]!.body, signed(receiver.received[index]!))).toEqual(body);
  }
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(told.length);
  expect(JSON.stringify(told)).not.toMatch(/@|reporter|Redrock/);
});

test("nothing is told of what was rolled back, and nothing to who did not ask for it", async () => {
  await endpoint(["gate.changed"]);
  const account = await anAccount(deps, platformId);
  await expect(
    deps.db.$transaction(async (tx) => {
      await tx.gateEntry.create({ data: { accountId: account.id, feature: "campaigns", verdict: "deny", reasonCode: "feature_restricted", updatedAt: at() } });
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  await createCase(deps.db, { accountId: account.id, openedAt: at() });
  expect(await deps.db.webhookMessage.count({ where: { accountId: account.id } })).toBe(0);
  await deny(account.id, "campaigns");
  await delivered(1);
  const [body] = bodies();
  expect(webhookBody("gate.changed").strict().parse(body)).toEqual(body);
  expect(body!.data).toMatchObject({ account: account.externalId, denied: [{ feature: "campaigns", until: null }] });
});

test("what is told of one account keeps its order however slow the receiver is; another account does not wait for it", async () => {
  await endpoint(["gate.changed"]);
  const [slow, quick] = [await anAccount(deps, platformId), await anAccount(deps, platformId)];
  let first = true;
  receiver.answer = ({ body }) => {
    if (!body.includes(slow.externalId) || !first) return { status: 204 };
    first = false;
    return { status: 500, afterMs: 300 };
  };
  for (const feature of ["a", "b", "c"]) await deny(slow.id, feature);
  await deny(quick.id, "a");
  await expect.poll(() => deps.db.webhookAttempt.count({ where: { status: 500 } })).toBe(1);
  deps.clock.advance({ seconds: 6 });
  await delivered(5);
  const seqs = bodies().filter(({ data }) => data.account === slow.externalId).map(({ data }) => data.seq as number);
  expect(seqs).toHaveLength(4);
  expect(seqs[0]).toBe(seqs[1]);
  expect(seqs.slice(1)).toEqual([...seqs.slice(1)].sort((a, b) => a - b));
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(4);
});

test("a receiver that fails is tried again by the schedule, each attempt on record, and given up after ten", async () => {
  await endpoint(["gate.changed"]);
  const account = await anAccount(deps, platformId);
  receiver.answer = () => ({ status: 503 });
  await deny(account.id, "a");
  await deny(account.id, "b");
  const pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
  for (const [index, seconds] of pauses.entries()) {
    await expect.poll(() => deps.db.webhookAttempt.count({ where: { delivery: { message: { subjectId: account.id } } } })).toBe(index + 1);
    if (index === pauses.length - 1) receiver.answer = ({ body }) => ({ status: body.includes('"b"') ? 204 : 503 });
    deps.clock.advance({ seconds: seconds + 1 });
  }
  await expect.poll(async () => (await deps.db.webhookDelivery.findMany({ where: { message: { subjectId: account.id } }, orderBy: { seq: "asc" } })).map(({ state }) => state)).toEqual(["failed", "delivered"]);
});

test("during a rotation both secrets sign, afterwards the new one alone", async () => {
  const { id, secret: old } = await endpoint(["gate.changed"]);
  const rotated = await rotateSecret(deps, operator, { endpointId: id });
  if (!rotated.ok) throw new Error(rotated.reason);
  await deny((await anAccount(deps, platformId)).id, "a");
  await delivered(1);
  for (const secret of [old, rotated.secret]) new Webhook(secret).verify(receiver.received[0]!.body, signed(receiver.received[0]!));
  deps.clock.advance({ hours: 25 });
  await deny((await anAccount(deps, platformId)).id, "a");
  await delivered(2);
  new Webhook(rotated.secret).verify(receiver.received[1]!.body, signed(receiver.received[1]!));
  expect(() => new Webhook(old).verify(receiver.received[1]!.body, signed(receiver.received[1]!))).toThrow();
  const stored = JSON.stringify(await deps.db.webhookEndpoint.findUniqueOrThrow({ where: { id } }));
  expect(stored).not.toContain(rotated.secret.slice(6));
  const trail = await deps.db.auditEntry.findMany({ where: { body: { contains: id } }, orderBy: { id: "asc" } });
  expect(trail.map(({ type }) => type)).toEqual(["webhook-endpoint.created", "webhook-endpoint.rotated"]);
});

test("each secret signs for a day after it was replaced, also when its successor is replaced within that day; five sign at most", async () => {
  const { id, secret: first } = await endpoint(["gate.changed"]);
  const rotate = () => rotateSecret(deps, operator, { endpointId: id });
  const rotated = async () => {
    const made = await rotate();
    if (!made.ok) throw new Error(made.reason);
    return made.secret;
  };
  const told = async (count: number) => {
    await deny((await anAccount(deps, platformId)).id, "a");
    await delivered(count);
    return receiver.received[count - 1]!;
  };
  const second = await rotated();
  deps.clock.advance({ hours: 10 });
  const third = await rotated();
  const both = await told(1);
  for (const secret of [first, second, third]) new Webhook(secret).verify(both.body, signed(both));
  deps.clock.advance({ hours: 15 });
  const later = await told(2);
  expect(() => new Webhook(first).verify(later.body, signed(later))).toThrow();
  for (const secret of [second, third]) new Webhook(secret).verify(later.body, signed(later));
  const last = [await rotated(), await rotated(), await rotated()].at(-1)!;
  expect(await rotate()).toEqual({ ok: false, reason: "webhook_rotated_often" });
  const full = await told(3);
  for (const secret of [second, third, last]) new Webhook(secret).verify(full.body, signed(full));
  expect((await listEndpoints(deps)).find((row) => row.id === id)!.oldSecretsUntil).toHaveLength(4);
  deps.clock.advance({ hours: 10 });
  expect(await rotate()).toMatchObject({ ok: true });
  await purgeRetiredSecrets(deps, deps.clock());
  expect(await deps.db.webhookRetiredSecret.count({ where: { endpointId: id } })).toBe(4);
});

test("the log of deliveries is narrowed to an endpoint and to what was not taken", async () => {
  const elsewhere = await startReceiver();
  const [good, bad] = [await endpoint(["gate.changed"]), await endpoint(["gate.changed"], elsewhere.url)];
  elsewhere.answer = () => ({ status: 500 });
  await deny((await anAccount(deps, platformId)).id, "a");
  await delivered(1);
  await expect.poll(async () => (await listDeliveries(deps, { endpoint: bad.id })).rows[0]?.attempts.length).toBe(1);
  await expect.poll(async () => (await listDeliveries(deps, { endpoint: good.id })).rows.map(({ state }) => state)).toEqual(["delivered"]);
  const [waiting] = (await listDeliveries(deps, { endpoint: bad.id, state: "pending" })).rows;
  expect(waiting).toMatchObject({ url: elsewhere.url, attempts: [{ status: 500 }] });
  expect((await listDeliveries(deps, { endpoint: good.id, state: "pending" })).rows).toEqual([]);
  await deps.db.webhookDelivery.updateMany({ where: { id: waiting!.id }, data: { state: "failed", endedAt: at() } });
  expect((await listDeliveries(deps, { state: "failed", endpoint: bad.id })).rows.map((row) => row.id)).toEqual([waiting!.id]);
  expect((await listDeliveries(deps, { state: "failed", endpoint: bad.id, before: waiting!.id })).rows).toEqual([]);
  await elsewhere.close();
});

test("410 switches the endpoint off, cancels what was on its way, and tells whoever looks after endpoints, once", async () => {
  const staff = await Promise.all([createStaff(deps.db, ["admin"], "Ada"), createStaff(deps.db, ["lead"], "Lee")]);
  const gone = await createStaff(deps.db, ["admin"], "Abe");
  await deps.db.staff.update({ where: { id: gone.id }, data: { disabledAt: at() } });
  const { id } = await endpoint(["gate.changed"]);
  receiver.answer = () => ({ status: 410 });
  const told = () => deps.db.notice.findMany({ where: { kind: "webhook_stopped" }, orderBy: { id: "asc" } });
  const [account, other] = [await anAccount(deps, platformId), await anAccount(deps, platformId)];
  await deps.db.$transaction([deny(account.id, "a"), deny(other.id, "a")]);
  await expect.poll(async () => (await deps.db.webhookEndpoint.findUniqueOrThrow({ where: { id } })).state).toBe("disabled");
  await deny(account.id, "b");
  expect(await deps.db.webhookDelivery.count({ where: { endpointId: id } })).toBe(2);
  expect(await deps.db.auditEntry.count({ where: { type: "webhook-endpoint.disabled", body: { contains: id } } })).toBe(1);
  await expect.poll(() => deps.db.webhookDelivery.count({ where: { endpointId: id, state: "pending" } })).toBe(0);
  const [notice, ...more] = await told();
  expect(more).toEqual([]);
  expect(deps.crypto.open(notice!.addressSealed, "notice.address")).toBe((await deps.db.staff.findUniqueOrThrow({ where: { id: staff[0].id } })).email);
  expect(deps.crypto.open(notice!.textSealed, "notice.text")).toContain("answered 410 (gone)");
  expect(await stoppedEndpoints(deps)).toEqual(["test"]);
  expect((await listEndpoints(deps)).find((one) => one.id === id)).toMatchObject({ stopped: true });

  const admin = { kind: "staff", id: staff[0].id, name: "Ada", roles: ["admin"] } as StaffActor;
  await switchEndpoint(deps, admin, { endpointId: id, on: false });
  expect(await stoppedEndpoints(deps)).toEqual([]);
  await switchEndpoint(deps, admin, { endpointId: id, on: true });
  deps.clock.advance({ minutes: 1 });
  await deny((await anAccount(deps, platformId)).id, "a");
  await expect.poll(async () => (await told()).length).toBe(2);
});

test("a message behind another of its account says so, and when that is tried again", async () => {
  const { id } = await endpoint(["gate.changed"]);
  receiver.answer = () => ({ status: 500 });
  const account = await anAccount(deps, platformId);
  await deny(account.id, "a");
  await expect.poll(() => deps.db.webhookAttempt.count({ where: { delivery: { endpointId: id } } })).toBe(1);
  await deny(account.id, "b");
  await deny((await anAccount(deps, platformId)).id, "a");
  await expect.poll(() => deps.db.webhookAttempt.count({ where: { delivery: { endpointId: id } } })).toBe(2);
  const { rows } = await listDeliveries(deps, { endpoint: id });
  const first = rows.at(-1)!;
  expect(rows.map(({ waitsFor }) => waitsFor)).toEqual([null, { type: "gate.changed", attempts: 1, nextAttemptAt: first.nextAttemptAt }, null]);
  expect(first.nextAttemptAt).not.toBeNull();
});

test("an endpoint whose messages were tried to the end goes on: nobody switched it off", async () => {
  const { id } = await endpoint(["gate.changed"]);
  receiver.answer = () => ({ status: 500 });
  await deny((await anAccount(deps, platformId)).id, "a");
  await expect.poll(() => deps.db.webhookAttempt.count({ where: { delivery: { endpointId: id } } })).toBe(1);
  const { id: deliveryId } = await deps.db.webhookDelivery.findFirstOrThrow({ where: { endpointId: id } });
  await deps.db.webhookDelivery.update({ where: { id: deliveryId }, data: { attempts: mostAttempts } });
  expect(await settleDelivery(deps, operator, deliveryId, { attempt: mostAttempts, status: 500, error: null, tookMs: 1, retryAfter: null })).toBe("given up");
  expect(await deps.db.webhookEndpoint.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "enabled" });
});

test("a redirect is not followed", async () => {
  const elsewhere = await startReceiver();
  await endpoint(["gate.changed"]);
  receiver.answer = () => ({ status: 307, location: elsewhere.url });
  await deny((await anAccount(deps, platformId)).id, "a");
  await expect.poll(() => deps.db.webhookAttempt.count({ where: { status: 307 } })).toBe(1);
  expect(elsewhere.received).toHaveLength(0);
  await elsewhere.close();
});

test("a name is refused when any address it resolves to is private, and the connection goes to the address that was checked", async () => {
  const asked: string[] = [];
  const resolving = (...answers: string[][]) => (name: string, _options: unknown, done: (error: null, addresses: { address: string; family: number }[]) => void) => {
    asked.push(name);
    done(null, (answers.shift() ?? ["127.0.0.1"]).map((address) => ({ address, family: address.includes(":") ? 6 : 4 })));
  };
  const post = (url: string, resolve: ReturnType<typeof resolving>, loopbackAllowed = false) => postOutbound({ url: new URL(url), headers: {}, body: "{}", timeoutMs: 3_000, loopbackAllowed, resolve: resolve as never });
  for (const bad of [["10.0.0.8"], ["93.184.216.34", "169.254.169.254"], ["::ffff:10.0.0.1"], ["fe80::1"]]) {
    expect(await post("https://hooks.example.com/", resolving(bad))).toMatchObject({ status: null, error: "private_address" });
  }
  expect(await post("https://127.0.0.1/", resolving())).toMatchObject({ status: null, error: "private_address" });
  asked.length = 0;
  const { port } = new URL(receiver.url);
  // Asked once: the second answer, which would be another address, is never used.
  expect(await post(`http://localhost:${port}/hooks`, resolving(["127.0.0.1"], ["10.0.0.8"]), true)).toMatchObject({ status: 204, error: null });
  expect(asked).toEqual(["localhost"]);
  const plain = await database.deps();
  for (const url of [receiver.url, "https://10.0.0.1/", "http://example.com/"]) {
    expect(await createEndpoint(plain, operator, { platformKey: "customerflows", url, description: "x", events: [] })).toEqual({ ok: false, reason: "webhook_address_refused" });
  }
});

test("a replay tells the same message under its own id again; a lost job is found by the sweep", async () => {
  const { id } = await endpoint(["gate.changed"]);
  await deny((await anAccount(deps, platformId)).id, "a");
  await delivered(1);
  const first = (await listDeliveries(deps, { endpoint: id })).rows[0]!;
  await expect.poll(async () => (await listDeliveries(deps, { endpoint: id })).rows[0]!.state).toBe("delivered");
  expect(await replayDelivery(deps, operator, { deliveryId: first.id })).toMatchObject({ ok: true });
  await delivered(2);
  expect(receiver.received[1]!.headers["webhook-id"]).toBe(first.messageId);
  expect(receiver.received[1]!.body).toBe(receiver.received[0]!.body);

  const lost = newId();
  const { messageId, seq } = await deps.db.webhookDelivery.findUniqueOrThrow({ where: { id: first.id } });
  await deps.db.webhookDelivery.create({ data: { id: lost, messageId, endpointId: id, seq, lane: "lost", createdAt: at() } });
  deps.clock.advance({ minutes: 11 });
  expect(await requeueLostDeliveries(deps)).toBe(1);
  await delivered(3);
  for (const actor of [{ kind: "public" } as const, { kind: "staff", id: newId(), name: "A", roles: ["analyst"] } as const]) {
    expect(await replayDelivery(deps, actor, { deliveryId: first.id })).toEqual({ ok: false, reason: "forbidden" });
    expect(await rotateSecret(deps, actor, { endpointId: id })).toEqual({ ok: false, reason: "forbidden" });
  }
});

test("a receiver that asks for time is left alone that long", async () => {
  await endpoint(["gate.changed"]);
  const account = await anAccount(deps, platformId);
  receiver.answer = () => ({ status: 429, headers: { "retry-after": "600" } });
  const asked = deps.clock();
  await deny(account.id, "a");
  await delivered(1);
  const next = async () => (await deps.db.webhookDelivery.findFirstOrThrow({ where: { message: { subjectId: account.id } } })).nextAttemptAt?.getTime();
  await expect.poll(next).toBeGreaterThanOrEqual(asked.plus({ seconds: 600 }).toMillis());
});

test("what was told is forgotten after its time, but not what still waits", async () => {
  await endpoint(["gate.changed"]);
  receiver.answer = () => ({ status: 503 });
  const [waiting, over] = [await anAccount(deps, platformId), await anAccount(deps, platformId)];
  await deny(waiting.id, "a");
  await deny(over.id, "a");
  await delivered(2);
  await deps.db.webhookDelivery.updateMany({ where: { message: { subjectId: over.id } }, data: { state: "failed", endedAt: at() } });
  const standing = (accountId: string) => deps.db.webhookMessage.count({ where: { subjectId: accountId } });
  await purgeWebhookMessages(deps, deps.clock().plus({ days: 89 }));
  expect([await standing(waiting.id), await standing(over.id)]).toEqual([1, 1]);
  await purgeWebhookMessages(deps, deps.clock().plus({ days: 91 }));
  expect([await standing(waiting.id), await standing(over.id)]).toEqual([1, 0]);
});

test("a signal is told of when it counts and when it does not hold any more, a shadow never, without contacts, proof or bounds", async () => {
  const { secret } = await endpoint(["signal.raised", "signal.retracted"]);
  const account = await anAccount(deps, platformId);
  const clause = await deps.db.clause.findUniqueOrThrow({ where: { code: "CF-AUP-4.1.b" } });
  const raise = (mode: "signal" | "shadow" | "signal_and_interim") =>
    deps.db.signal.create({
      data: {
        id: newId(), platformId, accountId: account.id, clauseId: clause.id, rule: "missing_consent", ruleVersion: 1, windowStart: at(), windowEnd: at(), observed: 31_337, threshold: 271_828,
        measures: {}, eventIds: ["an-event"], dedupeKey: newId(), mode, createdAt: at(),
      },
    });
  await raise("shadow");
  const { id } = await raise("signal");
  await deps.db.signal.update({ where: { id }, data: { score: 50 } });
  await deps.db.signal.update({ where: { id }, data: { retractedAt: at() } });
  await delivered(2);
  expect(bodies().map(({ type, data }) => [type, data.signal])).toEqual([["signal.raised", id], ["signal.retracted", id]]);
  for (const one of receiver.received) {
    new Webhook(secret).verify(one.body, signed(one));
    const body = JSON.parse(one.body) as { type: WebhookEventType };
    expect(webhookBody(body.type).parse(body)).toMatchObject({ data: { account: account.externalId, clause: "CF-AUP-4.1.b", automation: "none", mayTellAccountHolder: true } });
    expect(one.body).not.toMatch(/\b(31337|271828)\b|an-event/);
  }
  await raise("signal_and_interim");
  await delivered(3);
  const [asked, confirmed] = [newId(), newId()];
  const held = deps.clock().minus({ minutes: 1 }).toJSDate();
  await deps.db.ruleAutomation.create({ data: { id: newId(), platformId, rule: "missing_consent", ruleVersion: 1, clauseCode: "CF-AUP-4.1.b", state: "on", reason: "It cannot wait.", askedById: asked, askedAt: held, expiresAt: held, confirmedById: confirmed, confirmedAt: held, effectiveFrom: held } });
  await raise("signal_and_interim");
  await delivered(4);
  expect(bodies().slice(2).map(({ data }) => data.automation)).toEqual(["proposes", "acts"]);
});
