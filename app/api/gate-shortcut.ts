import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { requestIdFrom } from "~/infra/log.server";
import { dataHeaders } from "~/infra/http/security-headers";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { Allowance } from "./allowance";
import { asOfText, gateCaching, matches } from "./gate-body";
import type { Keyring } from "./keyring";

const prefix = "/api/v1/platforms/";
const middle = "/accounts/";
const suffix = "/gate";

const fixed = Object.entries({ ...dataHeaders, ...gateCaching }).flat();

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
 * The gate's ordinary answer without the router: key and account are in memory, and memory is current. Whatever else
 * the request turns out to be – a stranger, another platform, an account not asked about before – goes the long way.
 */
export const gateShortcut = (deps: Deps, table: GateTable, keyring: Keyring, allowance: Allowance): Shortcut => {
  const serve = async (target: { key: string; externalId: string }, ...[request, response, draining]: Parameters<Shortcut>): Promise<boolean> => {
    if (!(await table.current())) return false;
    const now = deps.clock().toMillis();
    const known = keyring.peek(request.headers.authorization, now);
    if (!known || known.platformKey !== target.key || !known.actor.scopes.includes("gate:read")) return false;
    const account = table.find(known.actor.platformId, target.externalId);
    if (!account || response.destroyed) return false;
    if (allowance.take(known.actor.id) > 0) return false;

    const answer = table.answer(account, now);
    const headers = [...fixed, "etag", answer.etag, "x-request-id", requestIdFrom(request.headers["x-request-id"])];
    if (draining()) headers.push("connection", "close");
    if (matches(request.headers["if-none-match"], answer.etag)) {
      response.writeHead(304, headers).end();
      return true;
    }
    const body = `{"account":${JSON.stringify(account.externalId)},"platform":${JSON.stringify(target.key)},"asOf":"${asOfText({ asOf: now })}","features":${answer.json}}`;
    headers.push("content-type", "application/json", "content-length", String(Buffer.byteLength(body)));
    response.writeHead(200, headers).end(body);
    return true;
  };

  return (request, response, draining) => {
    const target = request.method === "GET" ? gateTarget(request.url ?? "") : null;
    return target && serve(target, request, response, draining);
  };
};
