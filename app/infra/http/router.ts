import type { IncomingMessage, ServerResponse } from "node:http";
import { databaseAwayRetrySeconds, databaseAwaySentence, isDatabaseAway } from "~/infra/database-away";
import { faultsOf, type AnyEndpoint, type Exchange } from "./endpoint";
import { readJsonBody } from "./json-body";
import { letBodyPass } from "./unread-body";
import { problem, type Answer, type InputFault } from "./problem";
import { dataHeaders } from "./security-headers";

interface Route {
  segments: readonly string[];
  endpoint: AnyEndpoint;
}

type Match = { found: "endpoint"; endpoint: AnyEndpoint; values: Record<string, string> } | { found: "methods"; allow: string[] } | { found: "nothing" };

/** Matches a path that can be decoded, segment by segment; `:name` takes exactly one segment, which arrives decoded. */
export function createRouter(endpoints: readonly AnyEndpoint[]) {
  const byLength = new Map<number, Route[]>();
  for (const endpoint of endpoints) {
    const segments = endpoint.pattern.split("/");
    const row = byLength.get(segments.length) ?? [];
    row.push({ segments, endpoint });
    byLength.set(segments.length, row);
  }

  return function match(method: string, pathname: string): Match {
    const given = pathname.split("/");
    const allow = new Set<string>();
    for (const { segments, endpoint } of byLength.get(given.length) ?? []) {
      const values = valuesOf(segments, given);
      if (!values) continue;
      if (endpoint.method === method || (method === "HEAD" && endpoint.method === "GET")) return { found: "endpoint", endpoint, values };
      allow.add(endpoint.method);
      if (endpoint.method === "GET") allow.add("HEAD");
    }
    return allow.size > 0 ? { found: "methods", allow: [...allow] } : { found: "nothing" };
  };
}

export type Router = ReturnType<typeof createRouter>;

function valuesOf(segments: readonly string[], given: readonly string[]): Record<string, string> | null {
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== value) return null;
      continue;
    }
    values[segment.slice(1)] = decodeURIComponent(value);
  }
  return values;
}

/**
 * Answers one request of the lean router, whatever happens: an unexpected exception is logged and becomes a 500.
 * `matchedAs` is told the pattern, which is what the access log may show of the path.
 */
export async function serveEndpoint(
  router: Router,
  exchange: Exchange,
  target: URL,
  response: ServerResponse,
  matchedAs: (pattern: string) => void,
): Promise<void> {
  const { request, requestId, deps } = exchange;
  const matched = router(request.method ?? "GET", target.pathname);
  if (matched.found === "nothing") return send(request, response, problem("not_found"));
  if (matched.found === "methods") {
    return send(request, response, problem("method_not_allowed", { headers: { allow: matched.allow.join(", ") } }));
  }
  matchedAs(matched.endpoint.pattern);
  try {
    send(request, response, await answerOf(matched.endpoint, matched.values, exchange, target));
  } catch (error) {
    if (request.errored) return;
    const away = isDatabaseAway(error);
    if (away) deps.log.warn({ err: error, requestId, route: matched.endpoint.pattern }, "the database cannot be reached");
    else deps.log.error({ err: error, requestId, route: matched.endpoint.pattern }, "an endpoint failed");
    if (response.headersSent) response.destroy();
    else if (away) send(request, response, problem("unavailable", { detail: databaseAwaySentence, headers: { "retry-after": String(databaseAwayRetrySeconds) } }));
    else send(request, response, problem("internal", { detail: `Quote request ${requestId} when you ask about it.` }));
  }
}

async function answerOf(endpoint: AnyEndpoint, values: Record<string, string>, exchange: Exchange, target: URL): Promise<Answer> {
  const path = endpoint.path.safeParse(values);
  if (!path.success) return invalid(faultsOf("path", path.error));
  const admitted = await endpoint.admit(exchange, path.data);
  if (!admitted.ok) return admitted.answer;

  const query = endpoint.query.safeParse(queryOf(target));
  const headers = endpoint.headers.safeParse(exchange.request.headers);
  const faults = [...(query.success ? [] : faultsOf("query", query.error)), ...(headers.success ? [] : faultsOf("header", headers.error))];
  if (!query.success || !headers.success) return invalid(faults);

  let body: unknown = null;
  if (endpoint.body) {
    const read = await readJsonBody(exchange.request, endpoint.bodyLimit);
    if (!read.ok) return read.answer;
    const parsed = endpoint.body.safeParse(read.value);
    if (!parsed.success) return invalid(faultsOf("body", parsed.error));
    body = parsed.data;
  }
  return endpoint.handle({ caller: admitted.caller, path: path.data, query: query.data, headers: headers.data, body }, exchange);
}

const invalid = (errors: InputFault[]): Answer => problem("invalid_input", { errors });

/** A name given twice arrives as a list, so that a schema for one value refuses it. */
function queryOf(target: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(target.searchParams.keys())) {
    const all = target.searchParams.getAll(name);
    query[name] = all.length === 1 ? (all[0] ?? "") : all;
  }
  return query;
}

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const text = answer.text ?? (answer.body === undefined ? "" : JSON.stringify(answer.body));
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(dataHeaders)) response.setHeader(name, value);
  if (text !== "") response.setHeader("content-type", answer.text === undefined ? "application/json" : "text/plain; charset=utf-8");
  // The length of an answer that was not modified would be that of the one the caller has.
  if (answer.status !== 304) response.setHeader("content-length", Buffer.byteLength(text));
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.end(request.method === "HEAD" ? undefined : text);
  letBodyPass(request);
}
