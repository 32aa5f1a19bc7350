import type { IncomingMessage } from "node:http";
import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import type { Answer, InputFault } from "./problem";

/** What every endpoint sees before anything in the request was parsed. */
export interface Exchange {
  deps: Deps;
  request: IncomingMessage;
  requestId: string;
  clientIp: string;
}

export type Admission<Caller> = { ok: true; caller: Caller } | { ok: false; answer: Answer };

/**
 * One address of the lean router. The router matches, parses path, query and headers, lets `admit` decide who
 * may go on, and only then reads the body: a stranger's megabytes are never read.
 */
export interface Endpoint<Caller, Path, Query, Headers, Body> {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/v1/platforms/:key`; also what the access log shows, so that no value of a path is logged. */
  pattern: string;
  path: z.ZodType<Path>;
  query: z.ZodType<Query>;
  headers: z.ZodType<Headers>;
  body: z.ZodType<Body> | null;
  /** Bytes. */
  bodyLimit: number;
  /** What the published description of the API says of it; null: it is not part of the API. */
  doc: EndpointDoc | null;
  admit(exchange: Exchange, path: NoInfer<Path>): Promise<Admission<Caller>>;
  handle(input: { caller: Caller; path: Path; query: Query; headers: Headers; body: Body }, exchange: Exchange): Promise<Answer>;
}

/** For the published description of the API; the request's parts are described by their schemas. */
export interface EndpointDoc {
  summary: string;
  description: string;
  tag: string;
  /** What an API key needs for it. */
  scope: string;
  /** What is read of the body, where `body` is looser than what `handle` accepts. */
  body?: z.ZodType;
  answers: Record<number, { description: string; body?: z.ZodType; headers?: Record<string, string> }>;
  /** Codes of the problems it answers with, beside those every address has. */
  problems: readonly string[];
}

/** As the router holds it: the schemas guarantee that the types fit, so the table need not name them. */
export type AnyEndpoint = Endpoint<unknown, unknown, unknown, unknown, unknown>;

type Draft<Caller, Path, Query, Headers, Body> = Pick<Endpoint<Caller, Path, Query, Headers, Body>, "method" | "pattern" | "handle"> &
  Partial<Pick<Endpoint<Caller, Path, Query, Headers, Body>, "path" | "query" | "headers" | "body" | "bodyLimit" | "doc">> &
  Pick<Endpoint<Caller, Path, Query, Headers, Body>, "admit">;

const nothing = z.strictObject({});

/** Parts left out must be empty (path, query, body) or are not looked at (headers). */
export function defineEndpoint<Caller, Path = object, Query = object, Headers = object, Body = null>(
  draft: Draft<Caller, Path, Query, Headers, Body>,
): AnyEndpoint {
  const whole = {
    path: nothing,
    query: nothing,
    headers: z.object({}),
    body: null,
    bodyLimit: 64 * 1024,
    doc: null,
    ...draft,
  };
  return whole as unknown as AnyEndpoint;
}

/** For endpoints that anybody may call. */
export const anyone = async (): Promise<Admission<null>> => ({ ok: true, caller: null });

/** What is wrong with one part of the request, in the order zod found it. */
export const faultsOf = (part: InputFault["in"], error: z.ZodError): InputFault[] =>
  error.issues.slice(0, 20).map((issue) => ({ in: part, at: issue.path.map(String).join("."), detail: issue.message }));
