import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { revokeApiKey } from "~/modules/access/revoke-api-key.server";
import { openGateTable } from "~/modules/enforcement/gate-table.server";
import { aPlatform, anAccount } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { tcpGate, type TcpGate } from "../support/tcp-gate";
import { startWeb, type Web } from "../support/web";

const operator = { kind: "system", name: "test" } as const;

let database: TestDatabase;
let deps: TestDeps;
let line: TcpGate;
/** Two processes' worth of web: the second one's database is behind a line that can be cut or go silent. */
let near: Web;
let far: Web;
let farDeps: TestDeps;
let platform: { id: string };
let bearer: Record<string, string>;
let keyId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  const url = new URL(database.url);
  line = await tcpGate({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = "127.0.0.1";
  url.port = String(line.port);
  farDeps = await database.deps("2026-11-20T21:00:00Z", { DATABASE_URL: url.toString() });
  near = await startWeb(deps);
  far = await startWeb(farDeps);
  platform = await aPlatform(deps, { key: "customerflows" });
  const made = await createApiKey(deps, operator, { platformKey: "customerflows", name: "test", scopes: ["gate:read"] });
  if (!made.ok) throw new Error(made.reason);
  bearer = { authorization: `Bearer ${made.key}` };
  keyId = made.id;
});

afterAll(async () => {
  line.open();
  await Promise.all([near.close(), far.close()]);
  await database.close();
  await line.close();
});

const path = (externalId: string) => `/api/v1/platforms/customerflows/accounts/${externalId}/gate`;
interface Gate {
  status: number;
  etag: string | null;
  confirmed: string | null;
  denied: string[];
}
async function ask(web: Web, externalId: string, headers: Record<string, string> = {}): Promise<Gate> {
  const response = await web.get(path(externalId), { ...bearer, ...headers });
  const body = response.status === 200 ? ((await response.json()) as { features: { feature: string; allowed: boolean }[] }) : { features: [] };
  return { status: response.status, etag: response.headers.get("etag"), confirmed: response.headers.get("gate-confirmed"), denied: body.features.filter(({ allowed }) => !allowed).map(({ feature }) => feature) };
}
const always = new Date(0);
const deny = (accountId: string, feature: string, until: Date | null = null) =>
  deps.db.gateEntry.upsert({
    where: { accountId_feature_startsAt: { accountId, feature, startsAt: always } },
    create: { accountId, feature, verdict: "deny", reasonCode: "feature_restricted", until, updatedAt: deps.clock().toJSDate() },
    update: { until },
  });
const allow = (accountId: string, feature: string) => deps.db.gateEntry.delete({ where: { accountId_feature_startsAt: { accountId, feature, startsAt: always } } });

test("every process denies from the instant of the commit, and allows again from the instant of the next", async () => {
  const account = await anAccount(deps, platform.id);
  for (let round = 0; round < 40; round++) {
    await deny(account.id, "campaigns");
    expect((await Promise.all([ask(near, account.externalId), ask(far, account.externalId)])).map(({ denied }) => denied)).toEqual([["campaigns"], ["campaigns"]]);
    await allow(account.id, "campaigns");
    expect((await Promise.all([ask(near, account.externalId), ask(far, account.externalId)])).map(({ denied }) => denied)).toEqual([[], []]);
  }
});

test("under many askers and writers no answer is older than a commit that came before the question", async () => {
  const account = await anAccount(deps, platform.id);
  /** The round whose denial stands; 0 while that may be changing. */
  let standing = 0;
  let writing = true;
  let wrong = 0;
  let asked = 0;
  const writer = (async () => {
    for (let round = 1; round <= 25; round++) {
      await deny(account.id, "messaging");
      standing = round;
      await sleep(8);
      standing = 0;
      await allow(account.id, "messaging");
    }
    writing = false;
  })();
  const askers = Array.from({ length: 8 }, async (_none, index) => {
    while (writing) {
      const before = standing;
      const { denied } = await ask(index % 2 ? near : far, account.externalId);
      asked += 1;
      if (before > 0 && before === standing && denied.length === 0) wrong += 1;
    }
  });
  await Promise.all([writer, ...askers]);
  expect(wrong).toBe(0);
  expect(asked).toBeGreaterThan(50);
});

test("an unchanged verdict is 304, an answer for the same verdicts has the same ETag everywhere, and the end of a restriction ends it", async () => {
  const account = await anAccount(deps, platform.id);
  const until = deps.clock().plus({ hours: 1 });
  await deny(account.id, "api", until.toJSDate());
  const first = await ask(near, account.externalId);
  expect(first.etag).toMatch(/^W\/"/);
  expect((await ask(far, account.externalId)).etag).toBe(first.etag);
  expect(await ask(near, account.externalId, { "if-none-match": `"other", ${first.etag}` })).toMatchObject({ status: 304, etag: first.etag });
  expect((await ask(near, account.externalId, { "if-none-match": '"other"' })).status).toBe(200);
  const before = deps.clock().toISO()!;
  deps.clock.set(until.toISO()!);
  const after = await ask(near, account.externalId, { "if-none-match": first.etag! });
  expect(after).toMatchObject({ status: 200, denied: [] });
  deps.clock.set(before);
});

test("a thousand accounts in one question, in order, known or not; a repetition is evaluated anew", async () => {
  const some = await Promise.all(Array.from({ length: 5 }, () => anAccount(deps, platform.id)));
  await deny(some[3]!.id, "api");
  const ids = [...some.map(({ externalId }) => externalId), ...Array.from({ length: 995 }, (_none, index) => `nobody-${index}`)];
  const headers = { ...bearer, "idempotency-key": newId() };
  const batch = async (accounts: string[], sent = headers) => {
    const response = await near.post("/api/v1/platforms/customerflows/gate", { accounts }, sent);
    return { status: response.status, body: (await response.json()) as { accounts: { account: string; known: boolean; features?: { allowed: boolean }[] }[] } };
  };
  const { status, body } = await batch(ids);
  expect(status).toBe(200);
  expect(body.accounts.map(({ account }) => account)).toEqual(ids);
  expect(body.accounts.filter(({ known }) => known)).toHaveLength(5);
  expect(body.accounts[3]!.features!.filter(({ allowed }) => !allowed)).toHaveLength(1);
  await allow(some[3]!.id, "api");
  expect((await batch(ids)).body.accounts[3]!.features!.every(({ allowed }) => allowed)).toBe(true);
  expect((await batch([...ids, "one-more"], { ...bearer, "idempotency-key": newId() })).status).toBe(400);
});

test("the same verdicts about the same thousand accounts are 304 wherever they are asked for, until one of them changes", async () => {
  const some = await Promise.all(Array.from({ length: 3 }, () => anAccount(deps, platform.id)));
  await deny(some[1]!.id, "api");
  const ids = [...some.map(({ externalId }) => externalId), ...Array.from({ length: 997 }, (_none, index) => `nobody-${index}`)];
  const batch = async (web: Web, accounts: readonly string[], etag?: string | null) => {
    const response = await web.post("/api/v1/platforms/customerflows/gate", { accounts }, { ...bearer, "idempotency-key": newId(), ...(etag && { "if-none-match": etag }) });
    return { status: response.status, etag: response.headers.get("etag"), length: (await response.text()).length };
  };
  const first = await batch(near, ids);
  expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^W\/"/) as string });
  expect(await batch(far, ids, `"other", ${first.etag}`)).toEqual({ status: 304, etag: first.etag, length: 0 });
  expect((await batch(near, ids.toReversed(), first.etag)).status).toBe(200);
  await allow(some[1]!.id, "api");
  const after = await batch(near, ids, first.etag);
  expect(after.status).toBe(200);
  expect(after.etag).not.toBe(first.etag);
});

test("a revoked key ends at once although it was remembered, and a new feature is answered for", async () => {
  const account = await anAccount(deps, platform.id);
  const made = await createApiKey(deps, operator, { platformKey: "customerflows", name: "brief", scopes: ["gate:read"] });
  if (!made.ok) throw new Error(made.reason);
  const brief = { authorization: `Bearer ${made.key}` };
  for (const web of [near, far, near, far]) expect((await web.get(path(account.externalId), brief)).status).toBe(200);
  await revokeApiKey(deps, operator, { apiKeyId: made.id });
  for (const web of [near, far]) expect((await web.get(path(account.externalId), brief)).status).toBe(401);

  await deps.db.feature.create({ data: { platformId: platform.id, code: "fax", name: "Fax", position: 9 } });
  const gate = (await (await near.get(path(account.externalId), bearer)).json()) as { features: { feature: string }[] };
  expect(gate.features.map(({ feature }) => feature)).toContain("fax");
  await deps.db.feature.delete({ where: { platformId_code: { platformId: platform.id, code: "fax" } } });
});

test("questions sent one behind the other on one connection are answered whole and in their order", async () => {
  const accounts = await Promise.all(Array.from({ length: 4 }, () => anAccount(deps, platform.id)));
  for (const { externalId } of accounts) await ask(near, externalId);
  const asked = [...accounts, ...accounts].map(({ externalId }) => externalId);
  const head = (externalId: string, last: boolean) => `GET ${path(externalId)} HTTP/1.1\r\nhost: test\r\nauthorization: ${bearer.authorization}\r\n${last ? "connection: close\r\n" : ""}\r\n`;
  const socket = connect(Number(new URL(near.origin).port), "127.0.0.1");
  socket.write(asked.map((externalId, index) => head(externalId, index === asked.length - 1)).join(""));
  const bodies = (await text(socket)).split("HTTP/1.1 200 OK\r\n").slice(1).map((answer) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { account: string; features: unknown[] });
  expect(bodies.map(({ account }) => account)).toEqual(asked);
  expect(bodies.every(({ features }) => features.length > 0)).toBe(true);
});

test("what changed while the line was cut is known when it is back, without a gap", async () => {
  const accounts = await Promise.all(Array.from({ length: 3 }, () => anAccount(deps, platform.id)));
  for (const { externalId } of accounts) await ask(far, externalId);
  line.cut();
  for (const { id } of accounts) await deny(id, "campaigns");
  line.open();
  await expect.poll(async () => far.api.table.current()).toBe(true);
  for (const { externalId } of accounts) expect(far.api.table.find(platform.id, externalId)?.denials.map(({ feature }) => feature)).toEqual(["campaigns"]);
  expect((await ask(far, accounts[0]!.externalId)).denied).toEqual(["campaigns"]);
});

test.each(["cut", "silent"] as const)("with the database %s the gate fails closed: the restricted stay denied, about others nothing is said", async (how) => {
  const [restricted, other] = [await anAccount(deps, platform.id), await anAccount(deps, platform.id)];
  await deny(restricted.id, "campaigns");
  for (const { externalId } of [restricted, other]) expect((await ask(far, externalId)).status).toBe(200);
  if (how === "cut") line.cut();
  else line.silence();
  try {
    expect(await ask(far, restricted.externalId)).toMatchObject({ status: 200, denied: ["campaigns"], confirmed: "no" });
    const unsaid = await far.get(path(other.externalId), bearer);
    expect([unsaid.status, ((await unsaid.json()) as { code: string }).code]).toEqual([503, "gate_not_current"]);
  } finally {
    line.open();
  }
  await expect.poll(() => far.api.table.current()).toBe(true);
  expect(await ask(far, other.externalId)).toMatchObject({ status: 200, denied: [], confirmed: null });
});

test("a listener that is gone costs a reconnect, not an answer; numbers that were purged cost a new load", async () => {
  const account = await anAccount(deps, platform.id);
  const admin = new Client({ connectionString: database.url });
  await admin.connect();
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'trust-safety-console gate'");
  await deny(account.id, "api");
  expect((await ask(near, account.externalId)).denied).toEqual(["api"]);
  await expect.poll(() => near.api.table.current()).toBe(true);

  const late = openGateTable(deps);
  await expect.poll(() => late.current()).toBe(true);
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'trust-safety-console gate'");
  await allow(account.id, "api");
  await admin.query("WITH gone AS (DELETE FROM gate_change RETURNING seq) UPDATE gate_head SET floor = (SELECT max(seq) FROM gone)");
  await expect.poll(() => late.current()).toBe(true);
  expect(late.find(platform.id, account.externalId)).toBeUndefined();
  await late.close();
  await admin.end();
  expect(await deps.db.apiKey.findUniqueOrThrow({ where: { id: keyId } })).toMatchObject({ revokedAt: null });
});
