import { connect } from "node:net";
import { text as allOf } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { revokeApiKey } from "~/modules/access/revoke-api-key.server";
import { poolOf } from "~/infra/db.server";
import { openEventIntake } from "~/modules/signals/event-intake.server";
import { tcpGate } from "../support/tcp-gate";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { anEvent, aSender, storedEvents, type Sender } from "../support/sending";
import { rawRequest, startWeb, type Web } from "../support/web";
import { anAccount } from "../factories/platform";

const now = "2026-11-20T21:00:00.000Z";
let database: TestDatabase;
let deps: TestDeps;
let web: Web;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps(now);
  web = await startWeb(deps);
});
afterAll(async () => {
  await web.close();
  await database.close();
});

const path = "/api/v1/events";
const at = (minutes: number) => new Date(Date.parse(now) + minutes * 60_000).toISOString();

async function send({ bearer }: Pick<Sender, "bearer">, body: string | Buffer, headers: Record<string, string> = {}, to: Web = web) {
  const { status, text, headers: answered } = await rawRequest(to.port, { method: "POST", path, body, headers: { "content-type": "application/json", ...bearer, ...headers } });
  return { status, body: JSON.parse(text) as Record<string, unknown>, headers: answered };
}
const sendAll = (sender: Sender, events: unknown[], to?: Web) => send(sender, JSON.stringify(events), {}, to);
const counts = (accepted: number, duplicate = 0, rejected: object[] = []) => ({ status: 202, body: { accepted, duplicate, rejected } });
const ids = async ({ platformId }: Sender) => (await storedEvents(deps, platformId)).map((row) => row.event_id);

test("takes the good ones among the bad, names each bad one by its place, and keeps no number, address or text of it", async () => {
  const sender = await aSender(deps);
  const good = anEvent(sender.account, at(-3), { templateId: "promo", templateApproved: false, businessName: "Zenith 🦄", hasOptOutInstructions: true, moreRequested: true, keyId: "k1", ip: "192.0.2.77", consent: { method: "website_form", at: "2026-01-01T00:00:00Z" } });
  const answer = await sendAll(sender, [
    good,
    { ...good, id: "no type", type: "shout" },
    "nonsense",
    anEvent("nobody", at(0)),
    anEvent(sender.account, at(-72 * 60 - 1)),
    anEvent(sender.account, at(6)),
    anEvent(sender.account, at(4), { contact: "user-7", timeZone: "us/pacific", type: "inbound", category: null }),
    { ...anEvent(sender.account, at(-60)), type: "api.request", contact: undefined },
  ]);
  expect(answer).toMatchObject(
    counts(3, 0, [
      { index: 1, reason: "invalid", detail: expect.stringContaining("id is not") },
      { index: 2, reason: "invalid", detail: "is not an object" },
      { index: 3, reason: "account_unknown", detail: expect.any(String) },
      { index: 4, reason: "too_old", detail: expect.any(String) },
      { index: 5, reason: "in_future", detail: expect.any(String) },
    ]),
  );
  const stored = await storedEvents(deps, sender.platformId);
  expect(stored).toHaveLength(3);
  expect(stored[1]).toMatchObject({ event_id: good.id, account_id: sender.accountId, type: 1, category: 1, template_id: "promo", template_approved: false, business_name: "Zenith 🦄", opt_out_instructions: true, more_requested: true, key_id: "k1", consent_method: 2, zones: "America/Denver" });
  expect(stored[1]!.occurred_at.toISOString()).toBe(at(-3));
  expect((stored[1]!.consent_at as Date).toISOString()).toBe("2026-01-01T00:00:00.000Z");
  expect(stored[2]).toMatchObject({ type: 4, category: null, zones: "America/Los_Angeles" });
  expect(stored[0]).toMatchObject({ contact: null, zones: null, ip_hash: null });
  expect(JSON.stringify(stored)).not.toMatch(/13075550142|3075550142|192\.0\.2\.77|user-7/);
  expect(new Set(stored.map((row) => row.shard)).size).toBe(1);
});

test("a contact is one and the same on its platform, and another elsewhere", async () => {
  const [one, other] = [await aSender(deps), await aSender(deps)];
  await sendAll(one, [anEvent(one.account, at(0)), anEvent(one.account, at(0)), anEvent(one.account, at(0), { contact: "+13075550143" })]);
  await sendAll(other, [anEvent(other.account, at(0))]);
  const contacts = (await storedEvents(deps, one.platformId)).map((row) => row.contact);
  expect(new Set(contacts).size).toBe(2);
  expect(contacts).not.toContain((await storedEvents(deps, other.platformId))[0]!.contact);
});

test("an account is known as soon as it is registered", async () => {
  const sender = await aSender(deps);
  const event = anEvent("late-comer", at(0));
  expect((await sendAll(sender, [event])).body).toMatchObject({ accepted: 0, rejected: [{ index: 0, reason: "account_unknown" }] });
  await anAccount(deps, sender.platformId, { externalId: "late-comer" });
  expect(await sendAll(sender, [event])).toMatchObject(counts(1));
});

test("accounts that memory lets go of while others are asked for are no strangers", async () => {
  const sender = await aSender(deps);
  const { externalId } = await anAccount(deps, sender.platformId);
  const intake = openEventIntake(deps, { mostAccounts: 1 });
  expect(await intake.take(sender.platformId, [anEvent(sender.account, at(0))])).toMatchObject({ accepted: 1, rejected: [] });
  expect(await intake.take(sender.platformId, [anEvent(sender.account, at(0)), anEvent(externalId, at(0))])).toMatchObject({ accepted: 2, rejected: [] });
  await intake.close();
});

test("an account of another platform is unknown", async () => {
  const [one, other] = [await aSender(deps), await aSender(deps)];
  expect((await sendAll(one, [anEvent(other.account, at(0))])).body).toMatchObject({ accepted: 0, rejected: [{ reason: "account_unknown" }] });
});

test("an id is one event: twice in a body, in two bodies, on another day, and on two platforms two", async () => {
  const [sender, other] = [await aSender(deps), await aSender(deps)];
  const event = anEvent(sender.account, at(0));
  const elsewhere = { ...event, occurredAt: at(-25 * 60) };
  expect(await sendAll(sender, [event, anEvent(sender.account, at(1)), event, elsewhere])).toMatchObject(counts(2, 2));
  expect(await sendAll(sender, [event, elsewhere, anEvent(sender.account, at(0))])).toMatchObject(counts(1, 2));
  expect(await sendAll(sender, [elsewhere])).toMatchObject(counts(0, 1));
  expect(await ids(sender)).toHaveLength(3);
  expect(await sendAll(other, [{ ...event, account: other.account }])).toMatchObject(counts(1));
});

test("an id is known by what the database makes of it too, long or short, and ids that begin alike are several", async () => {
  const sender = await aSender(deps);
  const long = "wamid.".padEnd(99, "x");
  const all = ["7", "order-12", "order-123", `${long}1`, `${long}2`, "x".repeat(55), "x".repeat(56), "x".repeat(64)];
  expect(await sendAll(sender, all.map((id) => anEvent(sender.account, at(0), { id })))).toMatchObject(counts(all.length));
  expect(await sendAll(sender, all.map((id) => anEvent(sender.account, at(1), { id })))).toMatchObject(counts(0, all.length));
  const { rowCount } = await poolOf(deps.db).query("SELECT FROM stream.message_event e JOIN stream.event_key k ON k.head = stream.event_head(e.event_id) AND k.hash = stream.event_hash(e.platform_id, e.event_id) WHERE e.platform_id = $1", [sender.platformId]);
  expect(rowCount).toBe(all.length);
});

test("what was taken last week is known while it may come again, and in the minutes between two weeks", async () => {
  const sender = await aSender(deps);
  const week = 7 * 24 * 3_600_000;
  const turn = Math.ceil(Date.parse(now) / week) * week;
  const [before, after] = [anEvent(sender.account, new Date(turn - 3_600_000).toISOString()), anEvent(sender.account, new Date(turn - 1_000).toISOString())];
  const sendAt = async (ms: number, events: object[]) => {
    deps.clock.set(new Date(ms).toISOString());
    return (await sendAll(sender, events)).body;
  };
  expect(await sendAt(turn - 3_500_000, [before])).toMatchObject({ accepted: 1 });
  expect(await sendAt(turn - 1_000, [before, after])).toMatchObject({ accepted: 1, duplicate: 1 });
  expect(await sendAt(turn + 1_000, [before, after])).toMatchObject({ accepted: 0, duplicate: 2 });
  expect(await sendAt(turn + 3_600_000, [{ ...before, occurredAt: new Date(turn).toISOString() }, after])).toMatchObject({ accepted: 0, duplicate: 2 });
  expect(await sendAt(turn + 70 * 3_600_000, [before, after, anEvent(sender.account, new Date(turn).toISOString())])).toMatchObject({ accepted: 1, duplicate: 2 });
  deps.clock.set(now);
  expect(await ids(sender)).toHaveLength(3);
});

test("the same hundred ids from two processes and many connections at once are a hundred events, each counted once", async () => {
  const otherDeps = await database.deps(now);
  const second = await startWeb(otherDeps);
  const sender = await aSender(deps);
  const events = Array.from({ length: 100 }, (_none, n) => anEvent(sender.account, at(-n * 30)));
  const shuffled = () => events.toSorted(() => Math.random() - 0.5);
  const answers = await Promise.all(Array.from({ length: 12 }, (_none, n) => sendAll(sender, shuffled(), n % 2 ? web : second)));
  expect(answers.map((answer) => answer.status)).toEqual(Array(12).fill(202));
  const sum = (what: string) => answers.reduce((total, answer) => total + Number(answer.body[what]), 0);
  expect([sum("accepted"), sum("duplicate")]).toEqual([100, 1_100]);
  expect(await ids(sender)).toHaveLength(100);
  await second.close();
});

test("lines that are no JSON cost nobody else; empty ones are none", async () => {
  const sender = await aSender(deps);
  const [first, last] = [anEvent(sender.account, at(0)), anEvent(sender.account, at(0))];
  const body = `${JSON.stringify(first)}\r\n\n{"id": \n[1]\n  \n${JSON.stringify(last)}`;
  expect(await send(sender, body, { "content-type": "application/x-ndjson; charset=utf-8" })).toMatchObject(counts(2, 0, [{ index: 1, reason: "malformed_json" }, { index: 2, reason: "invalid" }]));
});

test("a line that is no UTF-8 costs nobody else", async () => {
  const sender = await aSender(deps);
  const line = () => Buffer.from(JSON.stringify(anEvent(sender.account, at(0), { businessName: "Café" })));
  const [first, latin1, last] = [line(), Buffer.from(JSON.stringify(anEvent(sender.account, at(0), { businessName: "Café" })), "latin1"), line()];
  const feed = Buffer.from("\r\n");
  const lines = { "content-type": "application/x-ndjson" };
  expect(await send(sender, Buffer.concat([first, feed, latin1, feed, last]), lines)).toMatchObject(counts(2, 0, [{ index: 1, reason: "malformed_json" }]));
  expect(await send(sender, Buffer.concat([line(), feed, latin1]), lines)).toMatchObject(counts(1, 0, [{ index: 1, reason: "malformed_json" }]));
  expect((await storedEvents(deps, sender.platformId)).map((row) => row.business_name)).toEqual(["Café", "Café", "Café"]);
});

test("gzip is opened, for lines and for arrays", async () => {
  const sender = await aSender(deps);
  const packed = gzipSync(JSON.stringify(Array.from({ length: 1_000 }, () => anEvent(sender.account, at(0)))));
  expect(await send(sender, packed, { "content-encoding": "gzip" })).toMatchObject(counts(1_000));
  expect(await send(sender, gzipSync(JSON.stringify(anEvent(sender.account, at(0)))), { "content-encoding": "gzip", "content-type": "application/x-ndjson" })).toMatchObject(counts(1));
});

test.each([
  ["what unpacks to a thousand times its size", gzipSync(Buffer.alloc(200 * 1024 * 1024, " ")), { "content-encoding": "gzip" }, 413, "content_too_large"],
  ["a body beyond the limit", `[${" ".repeat(5 * 1024 * 1024)}]`, {}, 413, "content_too_large"],
  ["one beyond it that does not say so", `[${" ".repeat(5 * 1024 * 1024)}]`, { "transfer-encoding": "chunked" }, 413, "content_too_large"],
  ["1,001 events", JSON.stringify(Array(1_001).fill({})), {}, 413, "too_many_events"],
  ["1,001 lines", "{}\n".repeat(1_001), { "content-type": "application/x-ndjson" }, 413, "too_many_events"],
  ["what only says that it is gzip", "[]", { "content-encoding": "gzip" }, 400, "malformed_gzip"],
  ["gzip that breaks off", gzipSync("[]".padEnd(1_000)).subarray(0, 20), { "content-encoding": "gzip" }, 400, "malformed_gzip"],
  ["another encoding", "[]", { "content-encoding": "br" }, 415, "unsupported_media_type"],
  ["another form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415, "unsupported_media_type"],
  ["no JSON", "[{", {}, 400, "malformed_json"],
  ["no UTF-8", Buffer.from([0x5b, 0xff, 0x5d]), {}, 400, "malformed_json"],
  ["one event without an array", JSON.stringify({}), {}, 400, "malformed_json"],
])("%s is refused whole", async (_what, body, headers, status, code) => {
  const answer = await send(await aSender(deps), body, headers as Record<string, string>);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
});

test("what is nested deeper than anybody can walk is one event that is not in order, with an Idempotency-Key too", async () => {
  const sender = await aSender(deps);
  const depth = 200_000;
  const nested = `[${JSON.stringify(anEvent(sender.account, at(0)))},${"[".repeat(depth)}${"]".repeat(depth)}]`;
  for (const headers of [{}, { "idempotency-key": newId() }]) expect(await send(sender, nested, headers as Record<string, string>)).toMatchObject({ status: 202, body: { rejected: [{ index: 1, reason: "invalid" }] } });
});

test("an empty array is nothing; an Idempotency-Key is not needed", async () => {
  const sender = await aSender(deps);
  expect(await sendAll(sender, [])).toMatchObject(counts(0));
  const event = [anEvent(sender.account, at(0))];
  expect(await send(sender, JSON.stringify(event), {})).toMatchObject(counts(1));
  expect(await send(sender, JSON.stringify(event), {})).toMatchObject(counts(0, 1));
});

test("who may not send is told so before the body is read", async () => {
  expect(await send({ bearer: { authorization: "Bearer nonsense" } }, "{not json")).toMatchObject({ status: 401 });
  expect(await send(await aSender(deps, ["gate:read"]), "{not json")).toMatchObject({ status: 403, body: { code: "scope_missing" } });
  const sender = await aSender(deps);
  const [one] = [await startWeb(deps, { limits: { perKey: 1, refusedPerAddress: 10 } })];
  expect((await sendAll(sender, [], one)).status).toBe(202);
  const second = await sendAll(sender, [], one);
  expect([second.status, Number(second.headers["retry-after"])]).toEqual([429, expect.any(Number)]);
  await one.close();
});

test("hostile words are words, and stay out of each other's columns", async () => {
  const sender = await aSender(deps);
  const words = ["'; DROP TABLE account; --", "{\"a\":1}", "NULL", "{null}", "\\", "ﷺ".repeat(50), "🦄".repeat(64)];
  expect(await sendAll(sender, words.map((word, n) => anEvent(sender.account, at(-n), { templateId: word, contact: `x${word}`, keyId: null })))).toMatchObject(counts(words.length));
  const stored = await storedEvents(deps, sender.platformId);
  expect(stored.map((row) => row.template_id)).toEqual(words.toReversed());
  const nul = await sendAll(sender, [anEvent(sender.account, at(0), { templateId: "a\0b" }), anEvent(`a\0`, at(0)), anEvent(sender.account, at(0), { keyId: "\ud800" })]);
  expect((nul.body.rejected as { reason: string }[]).map(({ reason }) => reason)).toEqual(["invalid", "invalid", "invalid"]);
});

test("with the database out of reach nothing is accepted, and what is sent again afterwards is stored once", async () => {
  const url = new URL(database.url);
  const gate = await tcpGate({ host: url.hostname, port: Number(url.port) });
  url.port = String(gate.port);
  const cutDeps = await database.deps(now, { DATABASE_URL: url.toString() });
  const cut = await startWeb(cutDeps);
  const sender = await aSender(deps);
  const events = [anEvent(sender.account, at(0)), anEvent(sender.account, at(-1))];
  expect(await sendAll(sender, events.slice(0, 1), cut)).toMatchObject(counts(1));
  gate.cut();
  const answer = await sendAll(sender, events, cut);
  expect([answer.status, Number(answer.headers["retry-after"])]).toEqual([503, expect.any(Number)]);
  expect(await ids(sender)).toEqual([events[0]!.id]);
  gate.open();
  await expect.poll(async () => (await sendAll(sender, [], cut)).status).toBe(202);
  expect(await sendAll(sender, events, cut)).toMatchObject(counts(1, 1));
  await cut.close();
  await gate.close();
});

test("the trail of ids is a UUID's or any visible text's, and nothing else", async () => {
  const sender = await aSender(deps);
  const strange = ["wamid.HBgLMTY1==", `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~`, newId()];
  expect(await sendAll(sender, strange.map((id) => anEvent(sender.account, at(0), { id })))).toMatchObject(counts(3));
  expect((await ids(sender)).toSorted()).toEqual(strange.toSorted());
});

test.each([
  ["a few events", 1],
  ["more than are read on the short way", 400],
])("a revoked key stores nothing from that instant on, with %s in the body", async (_what, count) => {
  const sender = await aSender(deps);
  const events = () => Array.from({ length: count }, () => anEvent(sender.account, at(0)));
  expect(await sendAll(sender, events())).toMatchObject(counts(count));
  const { id: apiKeyId } = await deps.db.apiKey.findFirstOrThrow({ where: { platformId: sender.platformId } });
  expect(await revokeApiKey(deps, { kind: "system", name: "test" }, { apiKeyId })).toMatchObject({ ok: true });
  expect((await sendAll(sender, events())).status).toBe(401);
  expect(await ids(sender)).toHaveLength(count);
});

test.each([
  ["only what is rejected", JSON.stringify(["nonsense"])],
  ["nothing that can be read", "{"],
])("a revoked key is told no more than that, with %s in the body", async (_what, body) => {
  const sender = await aSender(deps);
  expect(await sendAll(sender, [anEvent(sender.account, at(0))])).toMatchObject(counts(1));
  const { id: apiKeyId } = await deps.db.apiKey.findFirstOrThrow({ where: { platformId: sender.platformId } });
  await revokeApiKey(deps, { kind: "system", name: "test" }, { apiKeyId });
  expect((await send(sender, body)).status).toBe(401);
});

test.each([1, 600])("an insert of %d that rests on what is no longer the last word writes nothing, and who shares it is stored all the same, once", async (many) => {
  const sender = await aSender(deps);
  const intake = openEventIntake(deps);
  expect(await intake.take(sender.platformId, [anEvent(sender.account, at(0))])).toMatchObject({ accepted: 1 });
  const stale = Array.from({ length: many }, (_none, n) => anEvent(sender.account, at(0), { id: `outdated-${n}` }));
  const outdated = new Promise((told) => intake.takeOn("-1", sender.platformId, stale, told));
  expect(await intake.take(sender.platformId, [anEvent(sender.account, at(0), { id: "shares" }), "nonsense"])).toMatchObject({ accepted: 1, duplicate: 0, rejected: [{ index: 1 }] });
  expect(await outdated).toBeNull();
  await intake.close();
  expect((await ids(sender)).toSorted()).toEqual([expect.any(String), "shares"]);
});

test("of many at once each is known again, in this week and in the days after it", async () => {
  const sender = await aSender(deps);
  const week = 7 * 24 * 3_600_000;
  const turn = Math.ceil(Date.parse(now) / week) * week;
  const batch = (from: number) => Array.from({ length: 600 }, (_none, n) => anEvent(sender.account, new Date(turn - 3_600_000).toISOString(), { id: `many-${from + n}` }));
  const sendAt = async (ms: number, events: object[]) => {
    deps.clock.set(new Date(ms).toISOString());
    return (await sendAll(sender, events)).body;
  };
  expect(await sendAt(turn - 3_600_000 / 2, batch(0))).toMatchObject({ accepted: 600 });
  expect(await sendAt(turn - 3_600_000 / 2, batch(300))).toMatchObject({ accepted: 300, duplicate: 300 });
  expect(await sendAt(turn + 3_600_000, batch(0))).toMatchObject({ accepted: 0, duplicate: 600 });
  expect(await sendAt(turn + 3_600_000, batch(899))).toMatchObject({ accepted: 599, duplicate: 1 });
  expect(await sendAt(turn + 3_600_000, batch(2_000))).toMatchObject({ accepted: 600 });
  deps.clock.set(now);
});

test("an id of last week is known up to the last of its order, and what comes behind it is new", async () => {
  const sender = await aSender(deps);
  const week = 7 * 24 * 3_600_000;
  const turn = (Math.ceil(Date.parse(now) / week) + 9) * week;
  const sendAt = async (ms: number, ids: string[]) => {
    deps.clock.set(new Date(ms).toISOString());
    const { body } = await sendAll(sender, ids.map((id) => anEvent(sender.account, new Date(ms).toISOString(), { id })));
    return [body.accepted, body.duplicate];
  };
  expect(await sendAt(turn + 3_600_000 - week, ["before-any"])).toEqual([1, 0]);
  expect(await sendAt(turn - 3_600_000, ["ab", "grow-0001", "grow-0002"])).toEqual([3, 0]);
  expect(await sendAt(turn + 3_600_000, ["grow-0002"])).toEqual([0, 1]);
  expect(await sendAt(turn + 3_600_000, ["grow-0003", "grow-1"])).toEqual([2, 0]);
  for (let n = 0; n < 10; n++) expect(await sendAt(turn + 3_600_000, [`more-${n}`])).toEqual([1, 0]);
  expect(await sendAt(turn + 3_600_000, ["more-x", "ab", "grow-0001"])).toEqual([1, 2]);
  deps.clock.set(now);
});

test("an answer put together before is the one Node would put together, also behind others and as the last of its connection", async () => {
  const sender = await aSender(deps);
  await sendAll(sender, [anEvent(sender.account, at(0))]);
  const asked = (...more: string[]) => {
    const body = JSON.stringify([anEvent(sender.account, at(0))]);
    return ["POST /api/v1/events HTTP/1.1", "Host: x", `Authorization: ${sender.bearer.authorization}`, "Content-Type: application/json; charset=utf-8", `Content-Length: ${body.length}`, ...more, "", body].join("\r\n");
  };
  const line = connect(web.port, "127.0.0.1");
  line.write([asked(), asked("X-Request-Id: from-outside-1"), asked(), asked("Connection: close")].join(""));
  const answers = (await allOf(line)).split(/(?=HTTP\/1\.1 )/).map((answer) => answer.replace(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/m, "Date: then"));
  const [plain, named, again, last] = answers;
  expect(answers).toHaveLength(4);
  expect(plain).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
  expect(plain).toContain('Date: then\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n{"accepted":1,');
  expect(named!.replace("x-request-id: from-outside-1\r\n", "")).toBe(plain);
  expect(again).toBe(plain);
  expect(last).toBe(plain!.replace("Connection: keep-alive\r\nKeep-Alive: timeout=65", "Connection: close"));
  expect(await ids(sender)).toHaveLength(5);
});

test("a key that may not send events is told so, also once it is known", async () => {
  const sender = await aSender(deps, ["gate:read"]);
  for (let tries = 0; tries < 2; tries += 1) expect(await sendAll(sender, [anEvent(sender.account, at(0))])).toMatchObject({ status: 403, body: { code: "scope_missing" } });
  expect(await ids(sender)).toEqual([]);
});

test("the id of a request comes back, taken or refused", async () => {
  const sender = await aSender(deps);
  const headers = { "x-request-id": "trace-of-mine" };
  for (const [body, status] of [[JSON.stringify([anEvent(sender.account, at(0))]), 202], ["{}", 400], [`[${Array(1_001).fill("1").join()}]`, 413]] as const) {
    const answer = await send(sender, body, headers);
    expect([answer.status, answer.headers["x-request-id"]]).toEqual([status, "trace-of-mine"]);
  }
});

test.each([["alone", (events: object[]) => JSON.stringify(events), {}], ["in lines", (events: object[]) => events.map((event) => JSON.stringify(event)).join("\n"), { "content-type": "application/x-ndjson" }], ["packed", (events: object[]) => gzipSync(JSON.stringify(events)), { "content-encoding": "gzip" }]] as const)(
  "an Idempotency-Key that comes along is honoured: %s",
  async (_how, written, headers) => {
    const sender = await aSender(deps);
    const events = [anEvent(sender.account, at(0)), { ...anEvent(sender.account, at(0)), type: "shout" }];
    const key = newId();
    const keyed = (body: object[], given = key) => send(sender, written(body), { ...headers, "idempotency-key": given });
    const first = await keyed(events);
    expect(first).toMatchObject({ status: 202, body: { accepted: 1, duplicate: 0, rejected: [{ index: 1 }] } });
    expect(first.headers["idempotency-replayed"]).toBeUndefined();
    const again = await keyed(events, `"${key}"`);
    expect(again).toMatchObject({ status: 202, body: first.body, headers: { "idempotency-replayed": "true" } });
    expect(await keyed([anEvent(sender.account, at(0))])).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await keyed(events, "short")).toMatchObject({ status: 400, body: { code: "invalid_input", errors: [{ in: "header", at: "idempotency-key" }] } });
    expect(await keyed(events, newId())).toMatchObject({ status: 202, body: { accepted: 0, duplicate: 1 } });
    expect(await send(sender, written(events), headers)).toMatchObject({ status: 202, body: { accepted: 0, duplicate: 1 } });
    expect(await ids(sender)).toHaveLength(1);
    await deps.db.apiRequest.updateMany({ where: { key }, data: { status: null, answeredAt: null, bodySealed: null } });
    expect(await keyed(events)).toMatchObject({ status: 409, body: { code: "request_in_progress" }, headers: { "retry-after": "1" } });
  },
);
