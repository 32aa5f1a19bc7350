import { simpleParser } from "mailparser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "~/infra/clock";
import { newId } from "~/infra/id";
import type { Actor } from "~/modules/access/actor";
import type { ApiScope } from "~/modules/access/api-key";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { accountContacts } from "~/modules/platforms/account-contacts.server";
import { upsertAccount } from "~/modules/platforms/upsert-account.server";
import { seedReference } from "#prisma/seed/reference";
import { aCampaign, aScheduledVersion, campaignStage } from "../support/campaigns";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { rawRequest, startWeb, type Web } from "../support/web";

let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let bearer: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  await seedReference(deps);
  web = await startWeb(deps);
  bearer = await keyFor("customerflows", ["account:write", "report:write", "gate:read"]);
});

afterAll(async () => {
  await web.close();
  await database.close();
});

async function keyFor(platformKey: string, scopes: ApiScope[]): Promise<Record<string, string>> {
  const operator: Actor = { kind: "system", name: "test" };
  const made = await createApiKey(deps, operator, { platformKey, name: "test", scopes });
  if (!made.ok) throw new Error(made.reason);
  return { authorization: `Bearer ${made.key}` };
}

async function post(path: string, body: unknown, headers: Record<string, string> = bearer) {
  const response = await web.post(path, body, { "idempotency-key": newId(), ...headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const accounts = "/api/v1/platforms/customerflows/accounts";
const zenith = (more: object = {}) => ({ externalId: "cf-1001", businessName: "Zenith Plumbing", planTier: "pro", emails: ["Owner@Zenith.example"], phones: ["+1 307 555 0142"], ...more });
const stored = (externalId: string) => deps.db.account.findFirstOrThrow({ where: { externalId, platform: { key: "customerflows" } }, include: { contacts: true } });
const auditOf = async (accountId: string) => (await deps.db.auditEntry.findMany({ where: { accountId }, orderBy: { id: "asc" } })).map((entry) => ({ type: entry.type, body: entry.body }));

test("an account is registered once, updated where it changed, and asked about at the gate", async () => {
  expect(await post(accounts, zenith())).toEqual({ status: 201, body: { account: "cf-1001", platform: "customerflows", created: true, changed: [] } });
  expect(await post(accounts, zenith())).toEqual({ status: 200, body: { account: "cf-1001", platform: "customerflows", created: false, changed: [] } });
  const first = await stored("cf-1001");
  expect(first).toMatchObject({ businessName: "Zenith Plumbing", planTier: "pro", language: "en", status: "active" });
  expect(JSON.stringify(first.contacts)).not.toMatch(/zenith|5550142|555 0142/i);

  const changed = await post(accounts, zenith({ businessName: "Zenith Pipes", emails: ["new@zenith.example", "owner@zenith.example"], phones: undefined }));
  expect(changed.body.changed).toEqual(["businessName", "emails"]);
  const opened = await deps.db.$transaction((tx) => accountContacts(tx, deps.crypto, first.id));
  expect({ emails: opened.emails.map((email) => email.toLowerCase()).sort(), phones: opened.phones }).toEqual({ emails: ["new@zenith.example", "owner@zenith.example"], phones: ["+13075550142"] });

  const trail = await auditOf(first.id);
  expect(trail.map((entry) => entry.type)).toEqual(["account.registered", "account.updated"]);
  expect(JSON.stringify(trail)).not.toMatch(/zenith|5550142|555 0142/i);
  expect((await web.get(`${accounts}/cf-1001/gate`, bearer)).status).toBe(200);
});

test("what was decided about an account is not the platform's to change", async () => {
  await post(accounts, zenith({ externalId: "cf-2" }));
  const { id } = await stored("cf-2");
  await deps.db.account.update({ where: { id }, data: { status: "suspended" } });
  await post(accounts, zenith({ externalId: "cf-2", businessName: "Another Name" }));
  expect(await stored("cf-2")).toMatchObject({ status: "suspended", businessName: "Another Name" });
  expect((await post(accounts, zenith({ externalId: "cf-2", status: "active" }))).status).toBe(400);
});

test("told about at the same moment, an account is registered once", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => post(accounts, zenith({ externalId: "cf-3" }))));
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
  expect(await deps.db.account.count({ where: { externalId: "cf-3" } })).toBe(1);
  expect((await auditOf((await stored("cf-3")).id)).map((entry) => entry.type)).toEqual(["account.registered"]);
});

describe("whom an account is reached by", () => {
  const put = async (externalId: string, contacts: unknown, headers: Record<string, string> = {}, at = accounts) => {
    const response = await fetch(`${web.origin}${at}/${externalId}/contacts`, { method: "PUT", body: JSON.stringify({ contacts }), headers: { "content-type": "application/json", "idempotency-key": newId(), ...bearer, ...headers } });
    return { status: response.status, replayed: response.headers.get("idempotency-replayed"), body: (await response.json()) as Record<string, unknown> };
  };
  const kept = async (externalId: string) => (await stored(externalId)).contacts.sort((a, b) => a.position - b.position).map(({ sealed, kind, role, language }) => [deps.crypto.open(sealed, `account.${kind}`), role, language]);
  const [ana, rui, line] = [{ kind: "email", address: "ana@zenith.example", role: "legal", language: "es" }, { kind: "email", address: "rui@zenith.example" }, { kind: "phone", number: "+1 307 555 0142", role: "technical" }];

  test("is told whole, by role and language; what stays keeps its row, and addresses neither come back nor stand in the trail", async () => {
    await post(accounts, zenith({ externalId: "cf-7", emails: ["ana@zenith.example"] }));
    const before = (await stored("cf-7")).contacts.find(({ kind }) => kind === "email")!.id;
    const first = await put("cf-7", [rui, ana, line]);
    expect(first).toMatchObject({ status: 200, body: { account: "cf-7", changed: true } });
    expect(first.body.contacts).toEqual([{ kind: "email", masked: "r•••@z•••.example", role: "owner", language: null }, { kind: "email", masked: "a•••@z•••.example", role: "legal", language: "es" }, { kind: "phone", masked: "+1•••42", role: "technical", language: null }]);
    expect(await kept("cf-7")).toEqual([["rui@zenith.example", "owner", null], ["ana@zenith.example", "legal", "es"], ["+13075550142", "technical", null]]);
    expect((await stored("cf-7")).contacts.map(({ id }) => id)).toContain(before);
    expect((await put("cf-7", [rui, ana, line])).body.changed).toBe(false);
    expect((await put("cf-7", [ana])).body.changed).toBe(true);
    expect(await kept("cf-7")).toEqual([["ana@zenith.example", "legal", "es"]]);
    await post(accounts, zenith({ externalId: "cf-7", emails: ["ana@zenith.example"], phones: undefined }));
    expect(await kept("cf-7")).toEqual([["ana@zenith.example", "legal", "es"]]);
    const trail = (await auditOf((await stored("cf-7")).id)).filter(({ type }) => type === "account.contacts_set");
    expect(trail).toHaveLength(2);
    expect(JSON.stringify(trail)).not.toMatch(/zenith|5550142|555 0142|legal/i);
  });

  test("is whom a change of policy is told to, in that person's language, or else in the account's", async () => {
    const real = { ...deps, clock: systemClock };
    const { platformKey, versionId } = await aScheduledVersion(real);
    const [key, at] = [await keyFor(platformKey, ["account:write"]), `/api/v1/platforms/${platformKey}/accounts`];
    for (const [externalId, contacts] of [["told-es", [{ ...ana, role: "owner" }, rui]], ["told-en", [rui]]] as const) {
      await post(at, zenith({ externalId, emails: [`${externalId}@zenith.example`], phones: [] }), key);
      expect((await put(externalId, contacts, key, at)).status).toBe(200);
    }
    const stage = campaignStage(() => real);
    try {
      const sink = await stage.sink(() => "take", { keep: true });
      const campaignId = await aCampaign(real, versionId);
      stage.sender(sink);
      await stage.complete(campaignId);
      expect([...sink.taken.keys()].sort()).toEqual(["ana@zenith.example", "rui@zenith.example"]);
      const [spanish, english] = [await simpleParser(sink.mailTo("ana@zenith.example")!), await simpleParser(sink.mailTo("rui@zenith.example")!)];
      expect([spanish, english].map(({ headers, subject }) => [headers.get("content-language"), /^Cambios en/.test(subject!)])).toEqual([["es", true], ["en", false]]);
    } finally {
      await stage.clear();
    }
  });

  test("is set once however often it is sent, and by two at once to one of both lists", async () => {
    await post(accounts, zenith({ externalId: "cf-8" }));
    const key = { "idempotency-key": newId() };
    const answers = [await put("cf-8", [ana, rui], key), await put("cf-8", [ana, rui], key)];
    expect(answers.map(({ status, replayed, body }) => [status, replayed, body.changed])).toEqual([[200, null, true], [200, "true", true]]);
    expect((await put("cf-8", [ana], key)).body.code).toBe("idempotency_key_reused");
    await Promise.all([put("cf-8", [ana]), put("cf-8", [rui, line])]);
    expect([[["ana@zenith.example", "legal", "es"]], [["rui@zenith.example", "owner", null], ["+13075550142", "technical", null]]]).toContainEqual(await kept("cf-8"));
  });

  test.each([
    ["the same address twice, in other letters", [ana, { ...rui, address: "ANA@zenith.example" }], "contacts.1"],
    ["a role nobody has", [{ ...ana, role: "boss" }], "contacts.0.role"],
    ["a language we do not write", [{ ...ana, language: "de" }], "contacts.0.language"],
    ["two addresses in one", [{ ...ana, address: "a@b.example, c@d.example" }], "contacts.0.address"],
    ["a number as an address", [{ kind: "email", number: "+13075550142" }], "contacts.0.address"],
    ["more than anybody has", Array.from({ length: 31 }, (_none, n) => ({ kind: "email", address: `a${n}@b.example` })), "contacts"],
  ])("%s is 400 and changes nothing", async (_why, contacts, at) => {
    await post(accounts, zenith({ externalId: "cf-9", phones: [] }));
    const { status, body } = await put("cf-9", contacts);
    expect([status, (body.errors as { at: string }[]).map((error) => error.at)]).toEqual([400, expect.arrayContaining([at])]);
    expect(await kept("cf-9")).toEqual([["Owner@Zenith.example", "owner", null]]);
  });

  test("of an account nobody has, of another platform, or by a key that only reads, is refused", async () => {
    expect((await put("cf-nobody", [ana])).body.code).toBe("account_unknown");
    expect((await put("cf-1001", [ana], await keyFor("customerflows", ["gate:read"]))).body.code).toBe("scope_missing");
    expect((await put("cf-1001", [ana], await keyFor("xpecto", ["account:write"]))).body.code).toBe("other_platform");
  });
});

test.each([
  ["no id", { externalId: undefined }, "externalId"],
  ["a NUL byte", { externalId: "a\0b" }, "externalId"],
  ["an id that a report could not repeat", { externalId: " cf-1 " }, "externalId"],
  ["a direction override", { externalId: "cf\u202e1" }, "externalId"],
  ["a name that is empty once cleaned", { businessName: "\u200b \0 " }, "businessName"],
  ["a megabyte of name", { businessName: "x".repeat(50_000) }, "businessName"],
  ["no mail address", { emails: ["ana@example.com", "nobody"] }, "emails.1"],
  ["no number", { phones: ["call me"] }, "phones.0"],
  ["an unknown language", { language: "de" }, "language"],
])("%s is 400, names the field and writes nothing", async (_why, more, at) => {
  const before = await deps.db.account.count();
  const { status, body } = await post(accounts, zenith({ externalId: "cf-bad", ...more }));
  expect(status).toBe(400);
  expect(body.errors).toContainEqual(expect.objectContaining({ in: "body", at }));
  expect(await deps.db.account.count()).toBe(before);
});

test("a body that is no object, and one beyond the limit, are refused", async () => {
  expect((await post(accounts, ["x"])).status).toBe(400);
  expect((await post(accounts, null)).status).toBe(400);
  expect((await post(accounts, zenith({ businessName: "x".repeat(100_000) }))).status).toBe(413);
});

test("each key does only what its scope and platform allow, also in the command", async () => {
  expect((await post(accounts, zenith(), await keyFor("customerflows", ["gate:read"]))).body.code).toBe("scope_missing");
  expect((await post(accounts, zenith(), await keyFor("xpecto", ["account:write"]))).body.code).toBe("other_platform");
  expect((await post("/api/v1/reports", {}, await keyFor("customerflows", ["account:write"]))).body.code).toBe("scope_missing");
  const platformId = (await stored("cf-1001")).platformId;
  const reader: Actor = { kind: "api_key", id: newId(), platformId, scopes: ["gate:read"] };
  for (const actor of [reader, { kind: "public" } as const, { kind: "staff", id: newId(), name: "A", roles: ["admin"] } as const]) {
    expect(await upsertAccount(deps, actor, { externalId: "cf-x", businessName: "X" })).toEqual({ ok: false, reason: "forbidden" });
  }
});

const report = (more: object = {}) => ({ platform: "customerflows", clause: "CF-AUP-4.3.b", externalId: "cf-1001", description: "They keep writing after I replied STOP.", phones: ["+13075550199", "+13075550198"], email: "rosa@mail.example", ...more });

test("a report by API joins the account's case and is receipted, once per Idempotency-Key", async () => {
  const key = { "idempotency-key": newId() };
  const first = await post("/api/v1/reports", report(), { ...bearer, ...key });
  expect(first.status).toBe(201);
  expect(first.body).toEqual({ reference: expect.stringMatching(/^R-/), statusUrl: expect.stringContaining("http"), repeated: "no" });
  const row = await deps.db.report.findUniqueOrThrow({ where: { reference: String(first.body.reference) }, include: { phones: true } });
  expect(row).toMatchObject({ channel: "api", state: "attached", accountId: (await stored("cf-1001")).id });
  expect(row.phones).toHaveLength(2);
  expect(await deps.db.notice.count({ where: { reportId: row.id } })).toBe(1);

  const again = await post("/api/v1/reports", report(), { ...bearer, ...key });
  expect(again).toEqual(first);
  const other = await post("/api/v1/reports", report({ description: "Something else entirely happened." }), { ...bearer, ...key });
  expect([other.status, other.body.code]).toEqual([422, "idempotency_key_reused"]);
  const recognised = await post("/api/v1/reports", report());
  expect(recognised).toMatchObject({ status: 200, body: { reference: first.body.reference, repeated: "content", statusUrl: null } });
  expect(await deps.db.report.count({ where: { accountId: row.accountId } })).toBe(1);
});

test("two reports at once under one key are one report, and the second is told to wait for the first", async () => {
  const headers = { ...bearer, "idempotency-key": newId() };
  const body = report({ email: undefined, description: "Sent twice at the very same moment." });
  const answers = await Promise.all([post("/api/v1/reports", body, headers), post("/api/v1/reports", body, headers)]);
  const [first, second] = answers.toSorted((a, b) => a.status - b.status);
  expect(first!.status).toBe(201);
  if (second!.status === 409) expect(second!.body.code).toBe("request_in_progress");
  else expect(second).toEqual(first);
  expect(await post("/api/v1/reports", body, headers)).toEqual(first);
  expect(await deps.db.report.count({ where: { description: "Sent twice at the very same moment." } })).toBe(1);
});

test.each([
  ["no description", { description: undefined }, 400, "invalid_input"],
  ["a day to come", { day: "2027-01-01" }, 400, "invalid_input"],
  ["a time to come", { day: "2026-11-20", time: "23:59" }, 400, "invalid_input"],
  ["a word too many", { severity: "high" }, 400, "invalid_input"],
  ["no number among the numbers", { phones: ["hello"] }, 400, "invalid_input"],
  ["numbers that are none", { phones: [{}] }, 400, "invalid_input"],
  ["a clause of another platform", { clause: "XP-AUP-3.1.a" }, 422, "clause_unknown"],
  ["another platform", { platform: "xpecto", clause: "other" }, 403, "forbidden"],
  ["a platform there is not", { platform: "nowhere", clause: "other" }, 404, "platform_unknown"],
])("a report with %s is refused whole", async (_why, more, status, code) => {
  const before = await deps.db.report.count();
  const answer = await post("/api/v1/reports", report({ email: undefined, ...more }));
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(await deps.db.report.count()).toBe(before);
});

test.each([
  ["none", undefined],
  ["one that is too short", "1"],
  ["one with a space", '"two words"'],
])("an Idempotency-Key there has to be: %s is 400 on every POST", async (_why, key) => {
  const headers = key === undefined ? bearer : { ...bearer, "idempotency-key": key };
  const posts = [["/api/v1/reports", report()], [accounts, zenith()], ["/api/v1/platforms/customerflows/gate", { accounts: ["cf-1001"] }]] as const;
  for (const [path, body] of posts) {
    const response = await web.post(path, body, headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_input", errors: [{ in: "header", at: "idempotency-key" }] });
  }
});

test("a repeated registration is answered with the first answer and registers nothing; quoted or bare, the key is one", async () => {
  const key = newId();
  const first = await web.post(accounts, zenith({ externalId: "cf-once" }), { ...bearer, "idempotency-key": `"${key}"` });
  const again = await web.post(accounts, zenith({ externalId: "cf-once" }), { ...bearer, "idempotency-key": key });
  expect([first.status, again.status]).toEqual([201, 201]);
  expect([first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed")]).toEqual([null, "true"]);
  expect(await again.json()).toEqual(await first.json());
  const reused = await post(accounts, zenith({ externalId: "cf-twice" }), { ...bearer, "idempotency-key": key });
  expect([reused.status, reused.body.code]).toEqual([422, "idempotency_key_reused"]);
  const elsewhere = await post("/api/v1/platforms/customerflows/gate", { accounts: ["cf-once"] }, { ...bearer, "idempotency-key": key });
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, "idempotency_key_reused"]);
  const stored = JSON.stringify(await deps.db.apiRequest.findMany({ where: { key } }));
  expect(stored).not.toContain("cf-once");
});

test("a request that is being worked on is 409 for who repeats it, until it is plainly abandoned", async () => {
  const headers = { ...bearer, "idempotency-key": newId() };
  const body = zenith({ externalId: "cf-slow" });
  await post(accounts, body, headers);
  await deps.db.apiRequest.updateMany({ where: { key: headers["idempotency-key"] }, data: { status: null, bodySealed: null, answeredAt: null } });
  const early = await post(accounts, body, headers);
  expect([early.status, early.body.code]).toEqual([409, "request_in_progress"]);
  const before = deps.clock().toISO()!;
  deps.clock.advance({ seconds: 61 });
  expect((await post(accounts, body, headers)).status).toBe(200);
  deps.clock.set(before);
});

test("a stranger's body is not even read", async () => {
  const stranger = await rawRequest(web.port, { method: "POST", path: "/api/v1/reports", headers: { "content-type": "application/json" }, body: "{not json" });
  expect(stranger.status).toBe(401);
});

test("words that could break a page or a query are taken in as words", async () => {
  const { status, body } = await post("/api/v1/reports", report({ email: undefined, description: "NUL \0, override \u202e, emoji 🦄 and '; DROP TABLE report; --", businessName: "Ünïcode 🦄" }));
  expect(status).toBe(201);
  const row = await deps.db.report.findUniqueOrThrow({ where: { reference: String(body.reference) } });
  expect(row.description).toContain("emoji 🦄 and '; DROP TABLE report; --");
  expect(row.description).not.toMatch(/[\0\u202e]/);
});
