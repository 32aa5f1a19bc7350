import { afterAll, beforeAll, expect, test } from "vitest";
import { webhookEventTypes } from "~/modules/webhooks/webhook-events";
import { testDatabase, type TestDatabase } from "../support/database";
import { startWeb, type Web } from "../support/web";

type Json = { [key: string]: Json } & Json[] & string;

let database: TestDatabase;
let web: Web;
let api: Json;

beforeAll(async () => {
  database = await testDatabase();
  web = await startWeb(await database.deps());
  api = (await (await web.get("/api/v1/openapi.json")).json()) as Json;
});

afterAll(async () => {
  await web.close();
  await database.close();
});

/** Every reference in it, wherever it stands. */
const references = (value: unknown): string[] =>
  typeof value !== "object" || value === null ? [] : Object.entries(value).flatMap(([name, part]) => (name === "$ref" && typeof part === "string" ? [part] : references(part)));

test("is OpenAPI 3.1 for every address of the API and every event, and its references lead somewhere", () => {
  expect(api.openapi).toBe("3.1.0");
  expect(Object.keys(api.paths!).sort()).toEqual([
    "/api/v1/events",
    "/api/v1/platforms/{key}/accounts",
    "/api/v1/platforms/{key}/accounts/{externalId}/contacts",
    "/api/v1/platforms/{key}/accounts/{externalId}/gate",
    "/api/v1/platforms/{key}/accounts/{externalId}/notices",
    "/api/v1/platforms/{key}/accounts/{externalId}/notices/{notice}/read",
    "/api/v1/platforms/{key}/gate",
    "/api/v1/platforms/{key}/gate/changes",
    "/api/v1/platforms/{key}/gate/snapshot",
    "/api/v1/platforms/{key}/statement-batches",
    "/api/v1/reports",
  ]);
  expect(Object.keys(api.webhooks!)).toEqual([...webhookEventTypes]);
  const found = references(api);
  expect(found.length).toBeGreaterThan(20);
  for (const reference of found) {
    const target = reference.slice(2).split("/").reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], api);
    expect(target, reference).toBeDefined();
  }
});

test("says of each part what the parser says: what must be there, and how it looks", () => {
  for (const [path, methods] of Object.entries(api.paths!)) {
    for (const [method, operation] of Object.entries(methods)) {
      const named = operation.parameters!.filter((one) => one.in === "path").map((one) => `{${one.name}}`);
      expect(named).toEqual(path.match(/\{\w+\}/g) ?? []);
      const key = operation.parameters!.find((one) => one.name === "Idempotency-Key");
      const writes = method === "post" || method === "put";
      expect(key?.required, path).toBe(writes ? path !== "/api/v1/events" : undefined);
      expect(operation.requestBody === undefined).toBe(method === "get");
      expect(Object.keys(operation.responses!)).toEqual(expect.arrayContaining(["400", "401", "403", "429", ...(writes ? ["413", "415"] : []), ...(writes ? ["409", "422"] : [])]));
    }
  }
  const batch = api.paths!["/api/v1/platforms/{key}/gate"]!.post!.requestBody!.content!["application/json"]!.schema!;
  expect(batch.properties!.accounts).toMatchObject({ type: "array", minItems: 1, maxItems: 1_000 });
  const report = api.paths!["/api/v1/reports"]!.post!.requestBody!.content!["application/json"]!.schema!;
  expect(Object.keys(report.properties!)).toEqual(expect.arrayContaining(["platform", "clause", "description"]));
});
