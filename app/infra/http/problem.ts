import type { Refusal } from "../result";
import { refusalText } from "./refusals";

/** What an endpoint answers; the router serialises it. */
export interface Answer {
  status: number;
  body?: unknown;
  /** Plain text in place of JSON, for callers that ask for just that. */
  text?: string;
  headers?: Record<string, string>;
}

/** One thing wrong with a request: `in` says which part, `at` where in it. */
export interface InputFault {
  in: "path" | "query" | "header" | "body";
  at: string;
  detail: string;
}

/** RFC 9457 problem details. `code` is stable and for programs; `title` says no more than the status, as it has to beside "about:blank". */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: InputFault[];
}

/** Status, its phrase (RFC 9110) and what that means here. */
const kinds = {
  bad_request: [400, "Bad Request", "The request could not be read."],
  invalid_input: [400, "Bad Request", "Something in the request is wrong."],
  unauthenticated: [401, "Unauthorized", "A valid API key is needed."],
  forbidden: [403, "Forbidden", "This key may not do that."],
  not_found: [404, "Not Found", "There is nothing here."],
  method_not_allowed: [405, "Method Not Allowed", "This address does not take that method."],
  conflict: [409, "Conflict", "That does not fit what is there."],
  gone: [410, "Gone", "That is not here any more."],
  length_required: [411, "Length Required", "The request must say how long its body is."],
  content_too_large: [413, "Content Too Large", "The body is too large."],
  unsupported_media_type: [415, "Unsupported Media Type", "The body must be JSON."],
  unprocessable: [422, "Unprocessable Content", "The request was understood but cannot be carried out."],
  too_many_requests: [429, "Too Many Requests", "Too many requests."],
  internal: [500, "Internal Server Error", "Something broke on our side."],
  unavailable: [503, "Service Unavailable", "The service is not ready."],
} as const;

export type ProblemKind = keyof typeof kinds;

/** An answer that says what went wrong; `code` defaults to the kind and names the case more closely when given. */
export function problem(kind: ProblemKind, more: { code?: string; detail?: string; errors?: InputFault[]; headers?: Record<string, string> } = {}): Answer {
  const [status, title, sentence] = kinds[kind];
  const body: ProblemDetails = {
    type: "about:blank",
    title,
    status,
    code: more.code ?? kind,
    detail: more.detail ?? sentence,
    ...(more.errors === undefined ? {} : { errors: more.errors }),
  };
  return { status, body, headers: { "content-type": "application/problem+json", ...more.headers } };
}

const kindOf: Partial<Record<number, ProblemKind>> = Object.fromEntries(
  Object.entries(kinds)
    .filter(([kind]) => kind !== "bad_request")
    .map(([kind, [status]]) => [status, kind as ProblemKind]),
);

/** What a command refused, in the words and with the status of the one table of refusals. */
export function refusalProblem({ reason }: Refusal): Answer {
  const { status, sentence } = refusalText(reason);
  return problem(kindOf[status] ?? "conflict", { code: reason, detail: sentence });
}
