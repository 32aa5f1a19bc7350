import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { requestIdFrom } from "~/infra/log.server";
import { dataHeaders } from "~/infra/http/security-headers";
import type { AccountGate, PreparedAnswer } from "~/modules/enforcement/gate-memory";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { Allowance } from "./allowance";
import { asOfText, gateCaching, matches } from "./gate-body";
import type { Keyring } from "./keyring";

const prefix = "/api/v1/platforms/";
const middle = "/accounts/";
const suffix = "/gate";

/** The platform's key and the account's id in a request target for the gate, or null for any other target. */
export function gateTarget(target: string): { key: string; externalId: string } | null {
  if (!target.startsWith(prefix) || !target.endsWith(suffix)) return null;
  const end = target.indexOf("/", prefix.length);
  if (end < 0 || !target.startsWith(middle, end)) return null;
  const raw = target.slice(end + middle.length, -suffix.length);
  if (raw === "" || raw.includes("/") || raw.includes("?") || raw.includes("#") || raw.includes("\\")) return null;
  try {
    return { key: target.slice(prefix.length, end), externalId: raw.includes("%") ? decodeURIComponent(raw) : raw };
  } catch {
    return null;
  }
}

/**
 * The answer is to a key in a header, which no browser sends of itself: it is never a page, so of the headers for pages
 * only the one against guessing its type is left.
 */
const fixed = ["x-content-type-options", dataHeaders["x-content-type-options"]!, "cache-control", gateCaching["cache-control"]];

/** A header as it was sent; Node would first have to make an object of all of them. */
function sent(request: IncomingMessage, name: string): string | undefined {
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index]!;
    if (given.length === name.length && given.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/** The same JSON in ASCII, which is written without being encoded. */
const ascii = (json: string): string => json.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** An answer as far as it does not depend on the instant. */
interface Written {
  headers: string[];
  before: string;
  after: string;
}

/**
 * The gate's ordinary answer without the router: key and account are in memory, and memory is current. Whatever else
 * the request turns out to be – a stranger, another platform, an account not asked about before – goes the long way.
 */
export const gateShortcut = (deps: Pick<Deps, "log">, table: GateTable, keyring: Keyring, allowance: Allowance): Shortcut => {
  const written = new WeakMap<PreparedAnswer, Written>();
  const write = (answer: PreparedAnswer, account: AccountGate, key: string): Written => {
    const before = ascii(`{"account":${JSON.stringify(account.externalId)},"platform":${JSON.stringify(key)},"asOf":"`);
    const after = ascii(`","features":${answer.json}}`);
    const length = before.length + after.length + asOfText({ asOf: 0 }).length;
    const made = { before, after, headers: [...fixed, "etag", answer.etag, "content-type", "application/json", "content-length", String(length)] };
    written.set(answer, made);
    return made;
  };

  let said = { asOf: 0, text: asOfText({ asOf: 0 }) };
  const answer = (target: { key: string; externalId: string }, request: IncomingMessage, response: ServerResponse, draining: boolean, asOf: number): boolean => {
    const known = keyring.peek(sent(request, "authorization"), asOf);
    if (!known || known.platformKey !== target.key || !known.actor.scopes.includes("gate:read")) return false;
    const account = table.find(known.actor.platformId, target.externalId);
    if (!account || response.destroyed) return false;
    if (allowance.take(known.actor.id) > 0) return false;

    const prepared = table.answer(account, asOf);
    const { headers, before, after } = written.get(prepared) ?? write(prepared, account, target.key);
    // Nothing is logged of it, so an id helps only whoever sent one.
    const requestId = sent(request, "x-request-id");
    const own = requestId === undefined ? [] : ["x-request-id", requestIdFrom(requestId)];
    if (draining) own.push("connection", "close");
    const ifNoneMatch = sent(request, "if-none-match");
    if (ifNoneMatch !== undefined && matches(ifNoneMatch, prepared.etag)) {
      response.writeHead(304, [...fixed, "etag", prepared.etag, ...own]).end();
      return true;
    }
    if (said.asOf !== asOf) said = { asOf, text: asOfText({ asOf }) };
    response.writeHead(200, own.length === 0 ? headers : [...headers, ...own]).end(before + said.text + after, "latin1");
    return true;
  };

  return (request, response, draining, ordinarily) => {
    const target = request.method === "GET" ? gateTarget(request.url ?? "") : null;
    if (!target) return false;
    table.whenCurrent((asOf) => {
      try {
        if (asOf !== null && answer(target, request, response, draining(), asOf)) return;
      } catch (error) {
        deps.log.error({ err: error }, "the gate's shortcut failed");
        if (response.headersSent) return void response.destroy();
      }
      ordinarily(request, response);
    });
    return true;
  };
};
