import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { createGateClient, GateUnavailable } from "../../public/gate-client.js";
import { aPlatform, anAccount } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { tcpGate, type TcpGate } from "../support/tcp-gate";
import { startWeb, type Web } from "../support/web";

let database: TestDatabase;
let deps: TestDeps;
let web: Web;
let line: TcpGate;
let platform: { id: string };
let key: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  web = await startWeb(deps);
  line = await tcpGate({ host: "127.0.0.1", port: web.port });
  platform = await aPlatform(deps, { key: "customerflows" });
  const made = await createApiKey(deps, { kind: "system", name: "test" }, { platformKey: "customerflows", name: "client", scopes: ["gate:read"] });
  if (!made.ok) throw new Error(made.reason);
  key = made.key;
});

afterAll(async () => {
  await web.close();
  await line.close();
  await database.close();
});

const connect = (more: object = {}) => createGateClient({ baseUrl: `http://127.0.0.1:${line.port}/`, platform: "customerflows", key, maxStaleMs: 2_000, ...more });
const deny = (accountId: string, feature: string, until: Date | null = null) =>
  deps.db.gateEntry.create({ data: { accountId, feature, verdict: "deny", reasonCode: "feature_restricted", until, updatedAt: deps.clock().toJSDate() } });

test("answers from memory what stood when it started and what changed since, also between pages of the snapshot", async () => {
  const many = Array.from({ length: 1_050 }, (_none, index) => ({ id: crypto.randomUUID(), externalId: `many-${index}` }));
  const at = deps.clock().toJSDate();
  await deps.db.account.createMany({ data: many.map((row) => ({ ...row, platformId: platform.id, businessName: row.externalId, createdAt: at, updatedAt: at })) });
  await deps.db.gateEntry.createMany({ data: many.map(({ id }) => ({ accountId: id, feature: "campaigns", verdict: "deny" as const, reasonCode: "feature_restricted", updatedAt: at })) });
  const gate = connect();
  await gate.ready();
  expect(gate.stats().restricted).toBe(1_050);
  await expect.poll(() => gate.inTouch()).toBe(true);
  expect(await gate.check("many-7", "campaigns")).toMatchObject({ allowed: false, reasonCode: "feature_restricted", source: "memory" });
  expect(await gate.check("many-7", "api")).toMatchObject({ allowed: true, source: "memory" });

  const account = await anAccount(deps, platform.id);
  await deny(account.id, "api");
  expect(await gate.check(account.externalId, "api", { confirmed: true })).toMatchObject({ allowed: false, source: "console" });
  await expect.poll(async () => (await gate.check(account.externalId, "api")).allowed, { interval: 10 }).toBe(false);
  await deps.db.gateEntry.deleteMany({ where: { accountId: account.id } });
  await expect.poll(async () => (await gate.check(account.externalId, "api")).allowed, { interval: 10 }).toBe(true);
  await expect(gate.check(account.externalId, "no_such_feature")).rejects.toThrow(RangeError);
  gate.close();
});

test("whoever waits for a client with a wrong key, or for a platform that is not the key's, is told", async () => {
  await aPlatform(deps, { key: "elsewhere" });
  const strange = connect({ key: `tsk_${"x".repeat(43)}` });
  await expect(strange.ready()).rejects.toThrow(/401 .*unauthenticated/);
  await expect(strange.check("anybody", "api")).rejects.toThrow(GateUnavailable);
  const astray = connect({ platform: "elsewhere" });
  await expect(astray.ready()).rejects.toThrow(/403 .*other_platform/);
  for (const gate of [strange, astray]) gate.close();
});

test("a restriction ends by the console's clock", async () => {
  const account = await anAccount(deps, platform.id);
  const until = deps.clock().plus({ hours: 2 });
  await deny(account.id, "api", until.toJSDate());
  const gate = connect();
  await gate.ready();
  expect(await gate.check(account.externalId, "api")).toMatchObject({ allowed: false, until: until.toJSDate() });
  deps.clock.set(until.toISO()!);
  await expect.poll(async () => (await gate.check(account.externalId, "api")).allowed).toBe(true);
  gate.close();
});

test("out of touch it fails closed, and back in touch it knows what it missed", async () => {
  const [held, free] = [await anAccount(deps, platform.id), await anAccount(deps, platform.id)];
  await deny(held.id, "api");
  const failures: unknown[] = [];
  const gate = connect({ onError: (error: unknown) => failures.push(error) });
  await gate.ready();
  await expect.poll(() => gate.inTouch()).toBe(true);
  line.cut();
  await expect.poll(() => gate.inTouch()).toBe(false);
  expect(await gate.check(held.externalId, "api")).toMatchObject({ allowed: false, source: "last_known" });
  await expect(gate.check(free.externalId, "api")).rejects.toThrow(GateUnavailable);
  expect(failures.length).toBeGreaterThan(0);
  await deny(free.id, "api");
  line.open();
  await expect.poll(() => gate.inTouch()).toBe(true);
  expect(await gate.check(free.externalId, "api")).toMatchObject({ allowed: false, source: "memory" });
  gate.close();
});

test("a process that was put to sleep with its machine does not take what it last heard for new", async () => {
  const gate = connect();
  await gate.ready();
  await expect.poll(() => gate.inTouch()).toBe(true);
  const asleep = vi.spyOn(Date, "now").mockReturnValue(Date.now() + 3_600_000);
  try {
    expect(gate.inTouch()).toBe(false);
  } finally {
    asleep.mockRestore();
    gate.close();
  }
});

test("when the changes it would need are gone it loads anew", async () => {
  const account = await anAccount(deps, platform.id);
  const gate = connect();
  await gate.ready();
  line.cut();
  await deny(account.id, "api");
  await deps.db.$executeRaw`WITH gone AS (DELETE FROM gate_change RETURNING seq) UPDATE gate_head SET floor = (SELECT max(seq) FROM gone)`;
  line.open();
  await expect.poll(async () => gate.inTouch() && (await gate.check(account.externalId, "api")).allowed).toBe(false);
  expect((await web.get("/api/v1/platforms/customerflows/gate/changes?after=0", { authorization: `Bearer ${key}` })).status).toBe(410);
  gate.close();
});
