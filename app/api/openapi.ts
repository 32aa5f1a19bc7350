import { z } from "zod";
import type { AnyEndpoint } from "~/infra/http/endpoint";
import { webhookBody, webhookEvents, webhookEventTypes } from "~/modules/webhooks/webhook-events";

type Json = Record<string, unknown>;

const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string().describe("Stable, for programs."),
  detail: z.string().optional(),
  errors: z.array(z.object({ in: z.enum(["path", "query", "header", "body"]), at: z.string(), detail: z.string() })).optional().describe("Everything that is wrong with the request."),
});

const schemaOf = (schema: z.ZodType, io: "input" | "output"): Json => {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12", io, unrepresentable: "any" });
  return rest;
};

const problems: Record<string, string> = {
  400: "The request is not in order (`invalid_input` names every part that is wrong, a missing `Idempotency-Key` too; `malformed_json`).",
  401: "`unauthenticated`: there is no live API key in the request.",
  403: "`scope_missing` or `other_platform`: the key may not do this.",
  404: "There is no such thing, as the code says.",
  409: "`request_in_progress`: the first request with this `Idempotency-Key` is still being worked on.",
  410: "`changes_gone`: begin again with a snapshot.",
  413: "`content_too_large`, `too_many_events`.",
  415: "`unsupported_media_type`: send JSON, where it says so also lines of it or gzip.",
  422: "`idempotency_key_reused` for another request, or a refusal as the code says.",
  429: "`too_many_requests`: wait as `retry-after` says.",
  500: "`internal`: something broke on our side.",
  503: "`gate_not_current`: it cannot be shown what holds. Take it as denied and ask again. `store_away` and `events_busy`: send the events again, as `retry-after` says.",
};

const statusesOf = (endpoint: AnyEndpoint): string[] => {
  const { problems: named } = endpoint.doc!;
  return [
    "400", "401", "403", "429", "500",
    ...(named.some((code) => code.endsWith("_unknown")) ? ["404"] : []),
    ...(endpoint.method === "GET" ? [] : ["413", "415"]),
    ...(takesIdempotencyKey(endpoint) ? ["409", "422"] : []),
    ...(named.includes("changes_gone") ? ["410"] : []),
    ...(named.includes("gate_not_current") || named.includes("store_away") ? ["503"] : []),
  ].sort();
};

const shapeOf = (schema: z.ZodType): [string, z.ZodType][] => (schema instanceof z.ZodObject ? Object.entries(schema.shape as Record<string, z.ZodType>) : []);

const takesIdempotencyKey = (endpoint: AnyEndpoint): boolean => shapeOf(endpoint.headers).some(([name]) => name === "idempotency-key");

function parametersOf(endpoint: AnyEndpoint): Json[] {
  const parts = [["path", endpoint.path], ["query", endpoint.query], ["header", endpoint.headers]] as const;
  return parts.flatMap(([where, schema]) =>
    shapeOf(schema).map(([name, part]) => ({
      name: where === "header" ? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()) : name,
      in: where,
      required: where === "path" || !part.safeParse(undefined).success,
      schema: schemaOf(part, "input"),
    })),
  );
}

function operationOf(endpoint: AnyEndpoint): Json {
  const doc = endpoint.doc!;
  const answers = Object.entries(doc.answers).map(([status, { description, body, headers = {} }]) => [
    status,
    {
      description,
      ...(body ? { content: { "application/json": { schema: schemaOf(body, "output") } } } : {}),
      ...(Object.keys(headers).length > 0
        ? { headers: Object.fromEntries(Object.entries(headers).map(([name, about]) => [name, { description: about, schema: { type: "string" } }])) }
        : {}),
    },
  ]);
  const body = doc.body ?? endpoint.body;
  return {
    operationId: `${endpoint.method.toLowerCase()}_${endpoint.pattern.replace("/api/v1/", "").replaceAll(/[/:]+/g, "_")}`,
    summary: doc.summary,
    description: doc.description,
    tags: [doc.tag],
    security: [{ apiKey: [doc.scope] }],
    parameters: parametersOf(endpoint),
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } } : {}),
    responses: Object.fromEntries([...answers, ...statusesOf(endpoint).map((status) => [status, { $ref: `#/components/responses/${status}` }])]),
  };
}

function webhookOf(type: (typeof webhookEventTypes)[number]): Json {
  const header = (name: string, description: string): Json => ({ name, in: "header", required: true, description, schema: { type: "string" } });
  return {
    post: {
      operationId: `webhook_${type.replace(".", "_")}`,
      summary: webhookEvents[type].summary,
      tags: ["Webhooks"],
      parameters: [
        header("webhook-id", "The same for every attempt to tell this; drop what you have seen."),
        header("webhook-timestamp", "Seconds since 1970 when this attempt was signed."),
        header("webhook-signature", "`v1,` and a signature, for each secret that signs: a replaced one signs for 24 hours more. Take the message if one of them is right."),
      ],
      requestBody: { required: true, content: { "application/json": { schema: schemaOf(webhookBody(type), "output") } } },
      responses: { "2XX": { description: "Taken." }, 410: { description: "Not wanted any more: the endpoint is switched off." } },
    },
  };
}

/** The description of the API, made from the very schemas that parse its requests. */
export function describeApi(endpoints: readonly AnyEndpoint[], publicUrl: string): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of endpoints) {
    if (!endpoint.doc) continue;
    const path = endpoint.pattern.replaceAll(/:([A-Za-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Trust-and-safety console",
      version: "1",
      summary: "Ask the gate, register accounts, pass on reports and message events, and be told what happens.",
      description:
        "Every request carries an API key as `authorization: Bearer tsk_…`. Errors are problem details (RFC 9457) with a stable `code`. Every POST but that of events, which have ids of their own, takes an `Idempotency-Key`: repeat it when you try again, and the first answer comes back.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    tags: [{ name: "Gate" }, { name: "Accounts" }, { name: "Reports" }, { name: "Events" }, { name: "Notices" }, { name: "Webhooks", description: "Sent by the Standard Webhooks specification, in order for each account." }],
    paths,
    webhooks: Object.fromEntries(webhookEventTypes.map((type) => [type, webhookOf(type)])),
    components: {
      securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "A key of the platform; what it may do are its scopes." } },
      responses: Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [status, { description, content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } }]),
      ),
      schemas: { Problem: schemaOf(problemBody, "output") },
    },
  };
}
