import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { requestIdFrom } from "~/infra/log.server";
import type { ApiKeyActor } from "~/modules/access/authenticate-api-key.server";
import type { AccountGate, PreparedAnswer } from "~/modules/enforcement/gate-memory";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { Allowance } from "./allowance";
import { asOfText, gateCaching, matches } from "./gate-body";
import type { Keyring } from "./keyring";
import { ascii, endWith, endWithHead, fixedHeaders, headOf } from "./prepared-answer";

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

const fixed = [...fixedHeaders, "cache-control", gateCaching["cache-control"]];

/** The headers of an answer, and the same as they are sent. */
interface Headers {
  list: string[];
  head: string;
}

/** What is asked under one request target, with its answer as far as it does not depend on the instant. */
interface Question {
  platformKey: string;
  account: AccountGate;
  answer: PreparedAnswer;
  headers: Headers;
  before: string;
  after: string;
}

const lengthsThatMatter = new Set(["authorization", "if-none-match", "x-request-id"].map(({ length }) => length));

/** Who asks, as Node would say it, and whether there are headers that make the answer another one; read without sorting all of them into an object. */
function ordinaryHeaders({ rawHeaders }: IncomingMessage): { authorization: string | undefined; more: boolean } {
  let authorization: string | undefined;
  let more = false;
  for (let n = 0; n < rawHeaders.length; n += 2) {
    if (!lengthsThatMatter.has(rawHeaders[n]!.length)) continue;
    const name = rawHeaders[n]!.toLowerCase();
    if (name === "authorization") authorization ??= rawHeaders[n + 1];
    else if (name === "if-none-match" || name === "x-request-id") more = true;
  }
  return { authorization, more };
}

/** So many targets are remembered; one account can be spelled in many ways. */
const mostQuestions = 50_000;

/** What answers have in common that say the same of different accounts: how the body ends, and the headers for each length of it. */
interface Ending {
  after: string;
  headers: Map<number, Headers>;
}

const headersWith = (list: string[]): Headers => ({ list, head: headOf(list) });

const endings = new WeakMap<PreparedAnswer, Ending>();

function endingOf(answer: PreparedAnswer): Ending {
  const known = endings.get(answer) ?? { after: ascii(`","features":${answer.json}}`), headers: new Map() };
  endings.set(answer, known);
  return known;
}

function write(platformKey: string, account: AccountGate, answer: PreparedAnswer): Question {
  const before = ascii(`{"account":${JSON.stringify(account.externalId)},"platform":${JSON.stringify(platformKey)},"asOf":"`);
  const { after, headers: known } = endingOf(answer);
  const length = before.length + after.length + asOfText({ asOf: 0 }).length;
  const headers = known.get(length) ?? headersWith([...fixed, "etag", answer.etag, "content-type", "application/json", "content-length", String(length)]);
  known.set(length, headers);
  return { platformKey, account, answer, before, after, headers };
}

/**
 * The gate's ordinary answer without the router: key and account are in memory, and memory is current. Whatever else
 * the request turns out to be – a stranger, another platform, an account not asked about before – goes the long way.
 */
export const gateShortcut = (deps: Pick<Deps, "log">, table: GateTable, keyring: Keyring, allowance: Allowance): Shortcut => {
  const questions = new Map<string, Question>();

  const understand = (url: string, platformId: string, platformKey: string, asOf: number): Question | null => {
    const target = gateTarget(url);
    if (target?.key !== platformKey) return null;
    const account = table.find(platformId, target.externalId);
    if (!account) return null;
    if (questions.size >= mostQuestions) questions.clear();
    const question = write(platformKey, account, table.answer(account, asOf));
    questions.set(url, question);
    return question;
  };

  /** The question as it is answered at `asOf`, or null when the router has to see to it. */
  const current = (url: string, known: Question | undefined, { platformId }: ApiKeyActor, platformKey: string, asOf: number): Question | null => {
    if (!known?.account.held || known.platformKey !== platformKey || known.account.platformId !== platformId) return understand(url, platformId, platformKey, asOf);
    return table.answer(known.account, asOf) === known.answer ? known : understand(url, platformId, platformKey, asOf);
  };

  let said = { asOf: 0, text: asOfText({ asOf: 0 }) };
  const answer = (url: string, asked: Question | undefined, request: IncomingMessage, response: ServerResponse, draining: boolean, asOf: number): boolean => {
    const { authorization, more } = ordinaryHeaders(request);
    const known = keyring.peek(authorization, asOf);
    if (!known?.actor.scopes.includes("gate:read")) return false;
    const question = current(url, asked, known.actor, known.platformKey, asOf);
    if (!question || response.destroyed || allowance.take(known.actor.id) > 0) return false;

    if (said.asOf !== asOf) said = { asOf, text: asOfText({ asOf }) };
    const body = question.before + said.text + question.after;
    if (!more && !draining && response.shouldKeepAlive) {
      endWithHead(response, question.headers.head, body);
      return true;
    }
    // Nothing is logged of it, so an id helps only whoever sent one.
    const requestId = request.headers["x-request-id"];
    const own = requestId === undefined ? [] : ["x-request-id", requestIdFrom(requestId)];
    if (draining) own.push("connection", "close");
    if (matches(request.headers["if-none-match"], question.answer.etag)) {
      response.writeHead(304, [...fixed, "etag", question.answer.etag, ...own]).end();
      return true;
    }
    response.writeHead(200, [...question.headers.list, ...own]);
    endWith(response, body);
    return true;
  };

  return (request, response, draining, ordinarily) => {
    const url = request.url ?? "";
    const asked = questions.get(url);
    if (request.method !== "GET" || !(asked || gateTarget(url))) return false;
    table.whenCurrent((asOf) => {
      try {
        if (asOf !== null && answer(url, asked, request, response, draining(), asOf)) return;
      } catch (error) {
        deps.log.error({ err: error }, "the gate's shortcut failed");
        if (response.headersSent) return void response.destroy();
      }
      ordinarily(request, response);
    });
    return true;
  };
};
