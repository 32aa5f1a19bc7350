import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { Actor } from "~/modules/access/actor";
import { listApiKeys } from "~/modules/access/api-key.queries.server";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { revokeApiKey } from "~/modules/access/revoke-api-key.server";
import { rotateApiKey } from "~/modules/access/rotate-api-key.server";
import type { ApiScope } from "~/modules/access/api-key";
import { aPlatform, anAccount, gatedFeatures } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { startWeb, type Web } from "../support/web";

const operator: Actor = { kind: "system", name: "test" };

let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let platform: { id: string; key: string };
let account: { id: string; externalId: string };

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  web = await startWeb(deps);
  platform = await aPlatform(deps, { key: "customerflows" });
  account = await anAccount(deps, platform.id, { externalId: "acct/42 ü" });
});

afterAll(async () => {
  await web.close();
  await database.close();
});

async function keyFor(platformKey: string, scopes: ApiScope[] = ["gate:read"], expiresInDays?: number) {
  const made = await createApiKey(deps, operator, { platformKey, name: "test", scopes, expiresInDays });
  if (!made.ok) throw new Error(made.reason);
  return { ...made, bearer: { authorization: `Bearer ${made.key}` } };
}

const gatePath = (platformKey: string, externalId: string) => `/api/v1/platforms/${platformKey}/accounts/${encodeURIComponent(externalId)}/gate`;
const ask = async (bearer: Record<string, string>, path = gatePath("customerflows", account.externalId)) => {
  const response = await web.get(path, bearer);
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
};

test("an account with nothing against it may use every feature", async () => {
  const { bearer } = await keyFor("customerflows");
  const { status, body } = await ask(bearer);
  expect(status).toBe(200);
  expect(body).toEqual({
    account: "acct/42 ü",
    platform: "customerflows",
    asOf: deps.clock().toISO(),
    features: gatedFeatures.map((feature) => ({ feature, allowed: true, reasonCode: null, until: null, actionId: null })),
  });
});

test("a restriction denies from the commit on, and ends by itself at its exclusive instant", async () => {
  const { bearer } = await keyFor("customerflows");
  const until = deps.clock().plus({ days: 7 });
  const held = await anAccount(deps, platform.id);
  const denied = () => ask(bearer, gatePath("customerflows", held.externalId)).then(({ body }) => (body.features as { feature: string; allowed: boolean }[]).filter((row) => !row.allowed));

  await deps.db.$transaction(async (tx) => {
    await tx.gateEntry.create({
      data: { accountId: held.id, feature: "campaigns", verdict: "deny", reasonCode: "interim_restriction", until: until.toJSDate(), updatedAt: deps.clock().toJSDate() },
    });
    expect(await denied()).toEqual([]);
  });
  expect(await denied()).toEqual([{ feature: "campaigns", allowed: false, reasonCode: "interim_restriction", until: until.toISO(), actionId: null }]);

  const before = deps.clock().toISO();
  deps.clock.set(until.minus(1).toISO()!);
  expect(await denied()).toHaveLength(1);
  deps.clock.set(until.toISO()!);
  expect(await denied()).toEqual([]);
  deps.clock.set(before!);
});

test("an answer put together before is the one Node would put together, also behind others and as the last of its connection", async () => {
  const { bearer } = await keyFor("customerflows");
  const etag = (await ask(bearer)).headers.get("etag")!;
  const asked = (...more: string[]) => [`GET ${gatePath("customerflows", account.externalId)} HTTP/1.1`, "Host: x", `Authorization: ${bearer.authorization}`, ...more, "", ""].join("\r\n");
  const line = connect(web.port, "127.0.0.1");
  line.write([asked(), asked("X-Request-Id: from-outside-1"), asked(), asked(`If-None-Match: ${etag}`), asked("Connection: close")].join(""));
  const answers = (await text(line)).split(/(?=HTTP\/1\.1 )/).map((answer) => answer.replace(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/m, "Date: then"));

  const [plain, named, again, same, last] = answers;
  expect(answers).toHaveLength(5);
  expect(plain).toContain("Date: then\r\nConnection: keep-alive\r\nKeep-Alive: timeout=65\r\n\r\n{");
  expect(named!.replace("x-request-id: from-outside-1\r\n", "")).toBe(plain);
  expect(again).toBe(plain);
  expect(same).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n/);
  expect(last).toBe(plain!.replace("Connection: keep-alive\r\nKeep-Alive: timeout=65", "Connection: close"));
});

test.each([
  ["no key", {}],
  ["a key that is none", { authorization: "Bearer hunter2" }],
  ["an unknown key of the right form", { authorization: `Bearer tsk_${"A".repeat(43)}` }],
  ["another scheme", { authorization: "Basic dXNlcjpwYXNz" }],
])("%s is 401 and says nothing more", async (_why, headers) => {
  const { status, headers: sent, body } = await ask(headers as Record<string, string>);
  expect(status).toBe(401);
  expect(sent.get("www-authenticate")).toBe('Bearer realm="api"');
  expect(sent.get("content-type")).toBe("application/problem+json");
  expect(body).toMatchObject({ type: "about:blank", title: "Unauthorized", status: 401, code: "unauthenticated" });
});

test("a revoked key and an expired one end at once", async () => {
  const revoked = await keyFor("customerflows");
  expect((await ask(revoked.bearer)).status).toBe(200);
  expect(await revokeApiKey(deps, operator, { apiKeyId: revoked.id })).toMatchObject({ ok: true });
  expect((await ask(revoked.bearer)).status).toBe(401);

  const brief = await keyFor("customerflows", ["gate:read"], 1);
  const before = deps.clock().toISO()!;
  deps.clock.advance({ days: 1 });
  expect((await ask(brief.bearer)).status).toBe(401);
  deps.clock.set(before);
  expect((await ask(brief.bearer)).status).toBe(200);
});

test("a key opens its own platform only, known or not", async () => {
  await aPlatform(deps, { key: "xpecto" });
  const { bearer } = await keyFor("xpecto");
  for (const path of [gatePath("customerflows", account.externalId), gatePath("nobody", "x")]) {
    const { status, body } = await ask(bearer, path);
    expect(status).toBe(403);
    expect(body.code).toBe("other_platform");
  }
});

test("a key without the scope is 403", async () => {
  const { bearer } = await keyFor("customerflows", ["account:write"]);
  const { status, body } = await ask(bearer);
  expect([status, body.code]).toEqual([403, "scope_missing"]);
});

test("an account the platform does not have is 404, also when another platform has it", async () => {
  const other = await aPlatform(deps);
  const foreign = await anAccount(deps, other.id);
  const { bearer } = await keyFor("customerflows");
  const { status, body } = await ask(bearer, gatePath("customerflows", foreign.externalId));
  expect([status, body.code]).toEqual([404, "account_unknown"]);
});

test.each([
  ["a NUL byte", gatePath("customerflows", "a\0b"), "path", "externalId"],
  ["an id beyond every length", gatePath("customerflows", "a".repeat(121)), "path", "externalId"],
  ["an empty id", "/api/v1/platforms/customerflows/accounts//gate", "path", "externalId"],
  ["a platform key in capitals", gatePath("CustomerFlows", "a"), "path", "key"],
  ["a query nobody asked for", `${gatePath("customerflows", "a")}?verbose=1`, "query", ""],
])("%s is 400 and names the part", async (_why, path, part, at) => {
  const { bearer } = await keyFor("customerflows");
  const { status, body } = await ask(bearer, path);
  expect(status).toBe(400);
  expect(body.code).toBe("invalid_input");
  expect(body.errors).toEqual([expect.objectContaining({ in: part, at })]);
});

test("the wrong method is told the right one", async () => {
  const { bearer } = await keyFor("customerflows");
  const response = await web.post(gatePath("customerflows", "a"), {}, bearer);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

test("the key is kept as a keyed hash, and its making, ending and last use are on record", async () => {
  const made = await keyFor("customerflows");
  await ask(made.bearer);
  await revokeApiKey(deps, operator, { apiKeyId: made.id });
  await revokeApiKey(deps, operator, { apiKeyId: made.id });
  const row = await deps.db.apiKey.findUniqueOrThrow({ where: { id: made.id } });
  expect(JSON.stringify(row)).not.toContain(made.key);
  expect(row.prefix).toBe(made.key.slice(0, 12));
  expect(row.lastUsedAt?.toISOString()).toBe(deps.clock().toISO());
  const entries = await deps.db.auditEntry.findMany({ where: { body: { contains: made.id } }, orderBy: { id: "asc" } });
  expect(entries.map((entry) => entry.type)).toEqual(["api-key.created", "api-key.revoked"]);
  expect(entries.map((entry) => entry.body).join()).not.toContain(made.key);
});

test("only who manages keys makes and ends them, and only for a platform there is", async () => {
  const analyst: Actor = { kind: "staff", id: newId(), name: "A", roles: ["analyst", "lead", "auditor"] };
  const input = { platformKey: "customerflows", name: "x", scopes: ["gate:read" as const] };
  const before = await deps.db.apiKey.count();
  expect(await createApiKey(deps, analyst, input)).toEqual({ ok: false, reason: "forbidden" });
  expect(await createApiKey(deps, operator, { ...input, platformKey: "nobody" })).toEqual({ ok: false, reason: "platform_unknown" });
  expect(await deps.db.apiKey.count()).toBe(before);
  const made = await keyFor("customerflows");
  expect(await revokeApiKey(deps, analyst, { apiKeyId: made.id })).toEqual({ ok: false, reason: "forbidden" });
  expect(await revokeApiKey(deps, operator, { apiKeyId: newId() })).toEqual({ ok: false, reason: "api_key_unknown" });
});

test("a runaway key is told to wait, others are not; guessing keys is slowed down", async () => {
  const strict = await startWeb(deps, { limits: { perKey: 3, refusedPerAddress: 3 } });
  const [fast, calm] = [await keyFor("customerflows"), await keyFor("customerflows")];
  const path = gatePath("customerflows", account.externalId);
  const statuses: number[] = [];
  for (let turn = 0; turn < 4; turn++) statuses.push((await strict.get(path, fast.bearer)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  expect((await strict.get(path, calm.bearer)).status).toBe(200);

  const guesses: Response[] = [];
  for (let turn = 0; turn < 4; turn++) guesses.push(await strict.get(path, { authorization: `Bearer tsk_${"B".repeat(43)}` }));
  expect(guesses.map((guess) => guess.status)).toEqual([401, 401, 401, 429]);
  expect(Number(guesses[3]!.headers.get("retry-after"))).toBeGreaterThan(0);
  await strict.close();
});

test("a rotated key works beside the new one until the overlap is over, and is rotated once", async () => {
  const old = await keyFor("customerflows");
  const rotated = await rotateApiKey(deps, operator, { apiKeyId: old.id, overlapHours: 24 });
  if (!rotated.ok) throw new Error(rotated.reason);
  const bearer = { authorization: `Bearer ${rotated.key}` };
  for (const one of [old.bearer, bearer]) expect((await ask(one)).status).toBe(200);
  expect(await rotateApiKey(deps, operator, { apiKeyId: old.id, overlapHours: 24 })).toEqual({ ok: false, reason: "api_key_replaced" });
  const replaced = async (id: string) => (await listApiKeys(deps, { platformKey: "customerflows" })).find((row) => row.id === id)!.replaced;
  expect([await replaced(old.id), await replaced(rotated.id)]).toEqual([true, false]);
  const before = deps.clock().toISO()!;
  deps.clock.advance({ hours: 24 });
  expect((await ask(old.bearer)).status).toBe(401);
  expect((await ask(bearer)).status).toBe(200);
  deps.clock.set(before);
  expect(await deps.db.auditEntry.count({ where: { type: "api-key.rotated", body: { contains: old.id } } })).toBe(1);
  expect(await rotateApiKey(deps, { kind: "public" }, { apiKeyId: rotated.id, overlapHours: 1 })).toEqual({ ok: false, reason: "forbidden" });
});
