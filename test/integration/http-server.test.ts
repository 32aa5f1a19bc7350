import { connect } from "node:net";
import { Writable } from "node:stream";
import { Client } from "pg";
import { z } from "zod";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anyone, defineEndpoint, type AnyEndpoint } from "~/infra/http/endpoint";
import { startHttpServer, type HttpServer, type Patience } from "~/infra/http/http-server";
import { createLogger } from "~/infra/log.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { longerThanAnyTest, rawRequest, startWeb, type Web } from "../support/web";

let database: TestDatabase;
let deps: TestDeps;
let web: Web;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  web = await startWeb(deps);
});

afterAll(async () => {
  await web.close();
  await database.close();
});

/** A server with endpoints of the test's own, and what it logged. */
async function serverWith(endpoints: AnyEndpoint[], patience?: Patience): Promise<{ server: HttpServer; origin: string; lines: () => Record<string, unknown>[] }> {
  const written: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  const server = await startHttpServer({
    deps: { ...deps, config: { ...deps.config, host: "127.0.0.1", port: 0 }, log: createLogger({ level: "info", name: "test" }, sink) },
    endpoints,
    pages: null,
    ...(patience ? { patience } : {}),
  });
  return { server, origin: `http://127.0.0.1:${server.port}`, lines: () => written.join("").split("\n").filter(Boolean).map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const echo = defineEndpoint({
  method: "POST",
  pattern: "/api/echo/:name",
  path: z.object({ name: z.string() }),
  body: z.strictObject({ text: z.string().max(10) }),
  bodyLimit: 1_000,
  admit: anyone,
  handle: async ({ path, body }) => ({ status: 201, body: { ...path, ...body } }),
});

async function queueTable(change: "create" | "drop"): Promise<void> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(change === "create" ? "CREATE SCHEMA IF NOT EXISTS bullmq; CREATE TABLE IF NOT EXISTS bullmq.job (id text)" : "DROP SCHEMA IF EXISTS bullmq CASCADE");
  await client.end();
}

test("/healthz speaks for the process alone", async () => {
  const response = await web.get("/healthz");
  expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  const head = await fetch(`${web.origin}/healthz`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("/readyz names the part that is not ready, and is 200 only when all are", async () => {
  await queueTable("drop");
  const ask = async () => {
    const response = await web.get("/readyz");
    return { status: response.status, ...((await response.json()) as { ready: boolean; parts: Record<string, { ok: boolean; reason?: string }> }) };
  };
  expect(await ask()).toMatchObject({ status: 503, ready: false, parts: { process: { ok: true }, database: { ok: true }, migrations: { ok: true }, queue: { ok: false } } });

  await queueTable("create");
  expect(await ask()).toMatchObject({ status: 200, ready: true });

  const [last] = await deps.db.$queryRaw<{ id: string; name: string }[]>`SELECT id, migration_name AS name FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1`;
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("UPDATE _prisma_migrations SET rolled_back_at = now() WHERE id = $1", [last!.id]);
  const behind = await ask();
  expect(behind).toMatchObject({ status: 503, parts: { database: { ok: true }, migrations: { ok: false } } });
  expect(behind.parts.migrations?.reason).toContain(last!.name);
  await client.query("UPDATE _prisma_migrations SET rolled_back_at = NULL WHERE id = $1", [last!.id]);
  await client.end();
});

test("/readyz says so when the database or Redis is away", async () => {
  const away = { ...deps, config: { ...deps.config, redisUrl: "redis://127.0.0.1:1" } };
  const noRedis = await startWeb(away);
  expect(await (await noRedis.get("/readyz")).json()).toMatchObject({ ready: false, parts: { database: { ok: true }, queue: { ok: false, reason: "The queue does not answer." } } });
  await noRedis.close();

  const broken = await database.deps();
  await broken.db.$disconnect();
  const noDatabase = await startWeb({ ...broken, db: (await lostDatabase()).db });
  const response = await noDatabase.get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ ready: false, parts: { database: { ok: false, reason: "The database does not answer." }, migrations: { ok: false }, queue: { ok: false } } });
  expect((await noDatabase.get("/healthz")).status).toBe(200);
  await noDatabase.close();
});

/** Dependencies whose database has been dropped under them. */
async function lostDatabase(): Promise<TestDeps> {
  const gone = await testDatabase();
  const lost = await gone.deps();
  await lost.db.$queryRaw`SELECT 1`;
  await gone.close();
  return lost;
}

test("an endpoint gets what it declared, or the caller a problem that names the fault", async () => {
  const { server, origin } = await serverWith([echo]);
  const post = (body: string, headers: Record<string, string> = { "content-type": "application/json" }) => rawRequest(server.port, { method: "POST", path: "/api/echo/a%20b", body, headers });
  expect(await post('{"text":"hi"}')).toMatchObject({ status: 201, text: '{"name":"a b","text":"hi"}' });

  const faults = [
    [await post('{"text":'), 400, "malformed_json"],
    [await post(Buffer.from([0x22, 0xff, 0x22]).toString("latin1")), 400, "invalid_input"],
    [await post('{"text":"hi"}', { "content-type": "text/plain" }), 415, "unsupported_media_type"],
    [await post('{"text":"hi","more":1}'), 400, "invalid_input"],
    [await post(`{"text":"${"x".repeat(2_000)}"}`), 413, "content_too_large"],
    [await post(`{"text":"${"x".repeat(2_000)}"}`, { "content-type": "application/json", "transfer-encoding": "chunked" }), 413, "content_too_large"],
  ] as const;
  for (const [answer, status, code] of faults) {
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(JSON.parse(answer.text)).toMatchObject({ type: "about:blank", status, code });
  }
  expect((await fetch(`${origin}/api/echo/%E0%A4%A`, { method: "POST" })).status).toBe(400);
  await server.close(500);
});

test("an answer never leaves without its headers", async () => {
  for (const path of ["/healthz", "/api/v1/nothing", "/webhooks/nothing"]) {
    const { headers } = await web.get(path);
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'; sandbox");
    expect(headers.get("strict-transport-security")).toContain("max-age=31536000");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
});

test("a proxy's request id is kept, rubbish is not", async () => {
  expect((await web.get("/healthz", { "x-request-id": "edge-12345678" })).headers.get("x-request-id")).toBe("edge-12345678");
  expect((await web.get("/healthz", { "x-request-id": "<script>alert(1)</script>" })).headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("an exception is logged with its request id and answered without its text", async () => {
  const broken = defineEndpoint({
    method: "GET",
    pattern: "/api/broken",
    admit: anyone,
    handle: async () => {
      throw new Error("ana@example.com does not fit");
    },
  });
  const { server, origin, lines } = await serverWith([broken]);
  const response = await fetch(`${origin}/api/broken`, { headers: { "x-request-id": "req-87654321" } });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("ana@");
  await server.close(500);
  expect(lines().find((line) => line.level === "error")).toMatchObject({ requestId: "req-87654321", route: "/api/broken" });
  expect(JSON.stringify(lines())).not.toContain("ana@");
});

test("the access log names the route, never a value of path or query, nor an address", async () => {
  const { server, origin, lines } = await serverWith([echo]);
  await fetch(`${origin}/api/echo/ana%40example.com?token=s3cret`, { method: "POST", body: '{"text":"hi"}', headers: { "content-type": "application/json" } });
  await fetch(`${origin}/api/nothing/s3cret`);
  await server.close(500);
  const requests = lines().filter((line) => line.msg === "request");
  expect(requests).toEqual([
    expect.objectContaining({ method: "POST", route: "/api/echo/:name", status: 400, ms: expect.any(Number), requestId: expect.any(String) }),
    expect.objectContaining({ method: "GET", route: "unmatched", status: 404 }),
  ]);
  expect(JSON.stringify(lines())).not.toMatch(/ana|s3cret|127\.0\.0\.1/);
});

test.each([
  ["an absolute target", "http://evil.example/healthz"],
  ["a target that looks like a host", "//evil.example/healthz"],
  ["a backslash", "/\\evil.example"],
  ["a NUL in the query", "/healthz?after=%00"],
])("%s is 400", async (_why, path) => {
  expect((await rawRequest(web.port, { path })).status).toBe(400);
});

test("headers beyond every need are refused by the parser", async () => {
  const answer = await rawRequest(web.port, { path: "/healthz", headers: { "x-long": "x".repeat(20_000) } });
  expect(answer.status).toBe(431);
});

test("draining: what is in flight ends and closes its connection, new ones find nobody", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((settle) => (release = settle));
  const slow = defineEndpoint({
    method: "GET",
    pattern: "/api/slow",
    admit: anyone,
    handle: async () => {
      await held;
      return { status: 200, body: { done: true } };
    },
  });
  const { server, origin } = await serverWith([slow]);
  const inFlight = fetch(`${origin}/api/slow`);
  await new Promise((settle) => setTimeout(settle, 100));
  const closing = server.close(longerThanAnyTest);
  await new Promise((settle) => setTimeout(settle, 50));
  await expect(fetch(`${origin}/healthz`)).rejects.toThrow();
  release();
  expect(await (await inFlight).json()).toEqual({ done: true });
  await closing;
});

test("draining does not wait for ever: what outlives the grace is cut", async () => {
  const stuck = defineEndpoint({ method: "GET", pattern: "/api/stuck", admit: anyone, handle: () => new Promise<never>(() => undefined) });
  const { server, origin } = await serverWith([stuck]);
  const cut = expect(fetch(`${origin}/api/stuck`)).rejects.toThrow();
  await new Promise((settle) => setTimeout(settle, 100));
  await server.close(300);
  await cut;
});

test("a caller who goes away in the middle of a body breaks nothing", async () => {
  const { server, origin, lines } = await serverWith([echo]);
  await new Promise<void>((settle) => {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.write("POST /api/echo/x HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{");
      setTimeout(() => {
        socket.destroy();
        settle();
      }, 100);
    });
  });
  await new Promise((settle) => setTimeout(settle, 100));
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  await server.close(500);
  expect(lines().filter((line) => line.level === "error")).toEqual([]);
  expect(lines()).toContainEqual(expect.objectContaining({ route: "/api/echo/:name", status: 499 }));
});

test.each([
  ["headers", "GET /healthz HTTP/1.1\r\nhost: localhost\r\n"],
  ["a body", "POST /api/echo/x HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"],
])("a caller who never finishes %s loses the connection, others are served meanwhile", async (_what, beginning) => {
  const { server, origin } = await serverWith([echo], { headers: 300, request: 600, check: 100 });
  const socket = connect(server.port, "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = new Promise<void>((settle) => socket.on("close", () => settle()));
  socket.resume();
  socket.write(beginning);
  const drip = setInterval(() => socket.write("x"), 50);
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  await closed;
  clearInterval(drip);
  await server.close(500);
});
