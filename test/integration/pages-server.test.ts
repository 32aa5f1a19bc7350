import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from "@remix-run/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openDb, type Db } from "~/infra/db.server";
import { startHttpServer, type HttpServer } from "~/infra/http/http-server";
import { createPagePatterns } from "~/infra/http/page-patterns";
import { createPages } from "~/infra/http/pages";
import { createLogger } from "~/infra/log.server";
import { testDatabase, type TestDatabase } from "../support/database";
import { tcpGate } from "../support/tcp-gate";
import { longerThanAnyTest, rawRequest } from "../support/web";

/** The real server and the real Remix handler over routes that show what arrived. */
const seen = ({ context, request }: LoaderFunctionArgs) =>
  Response.json({ nonce: context.cspNonce, requestId: context.requestId, clientIp: context.clientIp, url: request.url, clock: context.deps.clock().toISO() });

const route = (id: string, path: string, module: object) => ({ id, parentId: "root", path, module });
const routes = {
  root: { id: "root", path: "", module: { default: () => null } },
  seen: route("seen", "seen/:token", { loader: seen }),
  away: route("away", "away", { loader: ({ context }: LoaderFunctionArgs) => context.deps.db.$queryRaw`SELECT 1` }),
  form: route("form", "form", { action: async ({ request }: ActionFunctionArgs) => new Response(String((await request.formData()).get("text")?.toString().length)) }),
  upload: route("upload", "upload", { action: async ({ request }: ActionFunctionArgs) => new Response(String((await request.arrayBuffer()).byteLength)) }),
  file: route("file", "file", { loader: () => new Response("<p>x</p>", { headers: { "content-type": "text/html", "content-security-policy": "sandbox", "cache-control": "private, max-age=60" } }) }),
  long: route("long", "long", { loader: () => new Response("word ".repeat(1_000), { headers: { "content-type": "text/plain" } }) }),
  live: route("live", "live", { loader: () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("data: hello\n\n")) }), { headers: { "content-type": "text/event-stream" } }) }),
};

const build = {
  mode: "production",
  entry: { module: { default: (_request: Request, status: number, headers: Headers) => new Response("<!doctype html>", { status, headers }), handleError: () => undefined } },
  routes,
  assets: { version: "1", url: "/assets/manifest.js", entry: { module: "", imports: [] }, routes: {} },
  assetsBuildDirectory: "",
  basename: "/",
  publicPath: "/",
  future: { v3_fetcherPersist: true, v3_lazyRouteDiscovery: true, v3_relativeSplatPath: true, v3_routeConfig: false, v3_singleFetch: true, v3_throwAbortReason: true, unstable_optimizeDeps: false },
  isSpaMode: false,
} as unknown as ServerBuild;

let database: TestDatabase;
let folder: string;
let server: HttpServer;
let proxied: HttpServer;
const written: string[] = [];

async function start(trustProxy: number, db?: Db): Promise<HttpServer> {
  const deps = { ...(await database.deps()), ...(db ? { db } : {}) };
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk.toString());
      done();
    },
  });
  return startHttpServer({
    deps: { ...deps, config: { ...deps.config, host: "127.0.0.1", port: 0, trustProxy, publicUrl: "https://console.example" }, log: createLogger({ level: "info", name: "test" }, sink) },
    endpoints: [],
    pages: { serve: createPages({ build, clientFolder: folder, trustProxy }), patternOf: createPagePatterns(build.routes), uploads: ["/upload"] },
  });
}

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "console-client-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "assets/app-abc.js"), "export {};".repeat(500));
  await writeFile(join(folder, "favicon.svg"), "<svg/>");
  await writeFile(join(folder, "client.d.ts"), "export {};");
  server = await start(0);
  proxied = await start(1);
});

afterAll(async () => {
  await server.close(300);
  await proxied.close(300);
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => void written.splice(0));

const get = (path: string, headers: Record<string, string> = {}, from = server) => rawRequest(from.port, { path, headers });
const nonceIn = (policy: string | string[] | undefined) => /script-src 'self' 'nonce-([^']+)'/.exec(String(policy))?.[1];

test("loaders get their context; the nonce is the one of the policy and never the same", async () => {
  const [one, two] = [await get("/seen/t"), await get("/seen/t")];
  const context = JSON.parse(one.text) as Record<string, string>;
  expect(context).toMatchObject({ requestId: one.headers["x-request-id"], clientIp: "127.0.0.1", clock: "2026-11-20T21:00:00.000Z" });
  expect(context.nonce).toBe(nonceIn(one.headers["content-security-policy"]));
  expect(nonceIn(one.headers["content-security-policy"])).not.toBe(nonceIn(two.headers["content-security-policy"]));
});

test("a document's headers allow nothing inline and no frame", async () => {
  const { headers } = await get("/seen/t");
  const policy = String(headers["content-security-policy"]);
  expect(policy).not.toContain("unsafe");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("object-src 'none'");
  expect(headers).toMatchObject({
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
  });
  expect(headers["permissions-policy"]).toContain("camera=()");
  expect(headers["x-powered-by"]).toBeUndefined();
});

test("a route's own policy and caching replace the defaults, and are not doubled", async () => {
  const { headers } = await get("/file");
  expect([headers["content-security-policy"], headers["cache-control"], headers["x-content-type-options"]]).toEqual(["sandbox", "private, max-age=60", "nosniff"]);
});

test("built files are compressed and kept for ever; a missing one is not a page", async () => {
  const asset = await get("/assets/app-abc.js", { "accept-encoding": "gzip" });
  expect([asset.status, asset.headers["cache-control"], asset.headers["content-encoding"]]).toEqual([200, "public, max-age=31536000, immutable", "gzip"]);
  expect((await get("/assets/gone.js")).status).toBe(404);
  expect((await get("/assets/..%2f..%2fpackage.json")).status).toBeGreaterThanOrEqual(400);
  expect((await get("/favicon.svg")).headers["cache-control"]).toBe("public, max-age=3600");
  expect((await get("/client.d.ts")).headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect((await get("/long", { "accept-encoding": "gzip" })).headers["content-encoding"]).toBe("gzip");
});

test("the caller's address and scheme come from a proxy only where one is trusted", async () => {
  const claims = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https", "x-forwarded-host": "evil.example:444", host: "console.example" };
  expect(JSON.parse((await get("/seen/t", claims)).text)).toMatchObject({ clientIp: "127.0.0.1", url: "http://console.example/seen/t" });
  const trusted = JSON.parse((await get("/seen/t", { ...claims, "x-forwarded-host": "console.example" }, proxied)).text) as object;
  expect(trusted).toMatchObject({ clientIp: "203.0.113.9", url: "https://console.example/seen/t" });
});

test("the access log shows the pattern of a page, never its path or query", async () => {
  await get("/seen/s3cret-token?email=ana@example.com");
  await get("/seen/s3cret-token.data");
  await get("/nowhere/s3cret");
  await get("/assets/s3cret.js");
  const lines = written.join("").trim().split("\n").map((line) => JSON.parse(line) as { route: string; status: number });
  expect(lines.map((line) => line.route)).toEqual(["/seen/:token", "/seen/:token", "unmatched", "/assets/*"]);
  expect(written.join("")).not.toMatch(/s3cret|ana@|127\.0\.0\.1/);
});

const post = (headers: Record<string, string>, body: string | Buffer = "text=hi") =>
  rawRequest(server.port, { method: "POST", path: "/form", headers: { "content-type": "application/x-www-form-urlencoded", "content-length": String(Buffer.byteLength(body)), ...headers }, body });

test.each([
  ["from our own page", { "sec-fetch-site": "same-origin" }, 200],
  ["from our own page, older browser", { origin: "https://console.example" }, 200],
  ["from another site", { "sec-fetch-site": "cross-site", cookie: "a=b" }, 403],
  ["from another site, older browser", { origin: "https://evil.example" }, 403],
  ["from nowhere, with a cookie", { cookie: "a=b" }, 403],
])("a form posted %s", async (_why, headers, status) => {
  expect((await post(headers as Record<string, string>)).status).toBe(status);
});

test("a form may hold a megabyte of text; beyond the limit it is refused with a sentence", async () => {
  const own = { "sec-fetch-site": "same-origin" };
  expect(await post(own, `text=${"x".repeat(1_000_000)}`)).toMatchObject({ status: 200, text: "1000000" });
  const over = await post(own, `text=${"x".repeat(5_000_000)}`);
  expect(over.status).toBe(413);
  expect(over.text).toContain("shorten it");
});

test("a body of many megabytes is read only where a page takes files, and there within its limit", async () => {
  const send = (path: string, length: number) =>
    rawRequest(server.port, {
      method: "POST",
      path,
      headers: { "content-type": "multipart/form-data; boundary=x", "content-length": String(length), "sec-fetch-site": "same-origin" },
      body: length > 50_000_000 ? "" : Buffer.alloc(length),
    });
  expect(await send("/upload", 6_000_000)).toMatchObject({ status: 200, text: "6000000" });
  expect((await send("/form", 6_000_000)).status).toBe(413);
  const over = await send("/upload", 200_000_000).catch((error: NodeJS.ErrnoException) => ({ status: error.code, text: "" }));
  expect(over.status).toBe(413);
  expect(over.text).toContain("at most 100 MB");
});

test("a body that hides its length is refused", async () => {
  const answer = await rawRequest(server.port, { method: "POST", path: "/form", headers: { "content-type": "application/x-www-form-urlencoded", "transfer-encoding": "chunked" }, body: "text=hi" });
  expect(answer.status).toBe(411);
});

test.each(["evil.example/path", "a b", "user@host", "<script>"])("a host such as %j is refused", async (host) => {
  expect((await get("/seen/t", { host })).status).toBe(400);
});

test.each(["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])("%s is not how a page is asked", async (method) => {
  const answer = await rawRequest(server.port, { method, path: "/form" });
  expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD, POST"]);
});

test("a path no one can decode is an answer, not a crash", async () => {
  for (const path of ["/%E0%A4%A", "/seen/%ff"]) expect((await get(path)).status).toBe(400);
  for (const path of ["/seen/%00", "/form/%00/edit", "/seen/t?after=%00", "/seen/t.data?after=x%00"]) expect((await get(path)).status).toBe(400);
  for (const path of ["/seen/%F0%9F%92%A9", `/seen/${"a".repeat(8_000)}`, "/seen/%E2%80%AEtxt"]) {
    expect((await get(path)).status).toBeLessThan(500);
  }
});

test.each(["/.//evil.example", "/seen//t", "/form?_data=root"])("%s is refused before a router sees it", async (path) => {
  expect((await get(path)).status).toBe(400);
});

test("without the database a page says when to come back, and nothing is reported as a bug", async () => {
  const lost = await testDatabase();
  const gate = await tcpGate({ host: "127.0.0.1", port: Number(new URL(lost.url).port) });
  const away = await openDb(Object.assign(new URL(lost.url), { port: String(gate.port) }).toString());
  const own = await start(0, away);
  try {
    await gate.close();
    const answer = await get("/away", {}, own);
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "10"]);
    expect(answer.text).toContain("The database cannot be reached");
    expect(written.join("")).not.toContain('"level":"error"');
  } finally {
    await own.close(300);
    await away.$disconnect();
    await lost.close();
  }
});

test("live updates are not held back by compression and end at once when the server drains", async () => {
  const own = await start(0);
  const response = await fetch(`http://127.0.0.1:${own.port}/live`);
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("data: hello\n\n");
  const cut = expect(reader.read()).rejects.toThrow();
  await own.close(longerThanAnyTest);
  await cut;
});
