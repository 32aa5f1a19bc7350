import type { IncomingMessage, ServerResponse } from "node:http";
import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { problem, type Answer } from "~/infra/http/problem";
import { send } from "~/infra/http/router";
import { requestIdFrom } from "~/infra/log.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { EventIntake, Taken, TakenEvents } from "~/modules/signals/event-intake.server";
import type { Allowance } from "./allowance";
import { eventsIn, formOf } from "./event-body";
import { busy, eventsPath, storeAway } from "./events.endpoint";
import type { Keyring } from "./keyring";
import { ascii, endWith, fixedHeaders } from "./prepared-answer";

/** Bytes; in longer bodies the events cost so much more than the router that there is nothing to gain. */
const longestBody = 64 * 1024;

const bodyOf = ({ accepted, duplicate, rejected }: TakenEvents): string =>
  rejected.length === 0 ? `{"accepted":${accepted},"duplicate":${duplicate},"rejected":[]}` : ascii(JSON.stringify({ accepted, duplicate, rejected }));

/** A request whose sender is known. */
interface Arrival {
  request: IncomingMessage;
  response: ServerResponse;
  draining: () => boolean;
  ordinarily: Parameters<Shortcut>[3];
  platformId: string;
  /** The gate's number at which its key was in memory. */
  ground: string;
  chunks: Buffer[];
}

/**
 * Message events that come one by one, or a few at once, without the router: of a key that is in memory. The insert itself proves
 * that nothing has changed since what memory holds, so that a revoked key stores nothing here either; when something has, the key
 * is asked about anew. Whatever else the request turns out to be – a stranger, another scope, a packed or long body – goes the
 * long way. Only refusals are logged.
 */
export const eventsShortcut = (deps: Deps, table: GateTable, keyring: Keyring, allowance: Allowance, intake: EventIntake): Shortcut => {
  const refuse = (request: IncomingMessage, response: ServerResponse, draining: boolean, answer: Answer, error?: unknown): void => {
    const requestId = requestIdFrom(request.headers["x-request-id"]);
    const line = { requestId, method: request.method, route: eventsPath, status: answer.status };
    if (error !== undefined) deps.log.error({ ...line, err: error }, "events could not be taken");
    else deps.log.info(line, "request");
    if (response.headersSent || response.destroyed) return void response.destroy();
    response.setHeader("x-request-id", requestId);
    if (draining) response.setHeader("connection", "close");
    send(request, response, answer);
  };

  const accept = (request: IncomingMessage, response: ServerResponse, draining: boolean, taken: TakenEvents): void => {
    if (response.destroyed) return;
    const body = bodyOf(taken);
    const headers = [...fixedHeaders, "content-type", "application/json", "content-length", String(body.length)];
    const requestId = request.headers["x-request-id"];
    if (requestId !== undefined) headers.push("x-request-id", requestIdFrom(requestId));
    if (draining) headers.push("connection", "close");
    response.writeHead(202, headers);
    endWith(response, body);
  };

  const fail = ({ request, response, draining }: Arrival, error: unknown): void => {
    if (isDatabaseAway(error)) refuse(request, response, draining(), storeAway());
    else refuse(request, response, draining(), problem("internal"), error);
  };

  const tell = (arrival: Arrival, taken: Taken): void => {
    const { request, response, draining } = arrival;
    if (taken.ok) accept(request, response, draining(), taken);
    else refuse(request, response, draining(), busy(taken));
  };

  /** Nothing was written that would prove what memory holds of the key. The body is read, so only a refusal may go the long way. */
  const askAnew = async (arrival: Arrival, allowed: (platformId: string) => void): Promise<void> => {
    try {
      const known = await keyring.identify(deps, arrival.request.headers.authorization);
      if (known?.actor.scopes.includes("event:write")) allowed(known.actor.platformId);
      else arrival.ordinarily(arrival.request, arrival.response);
    } catch (error) {
      fail(arrival, error);
    }
  };

  const take = (arrival: Arrival): void => {
    const { request, response, draining, ground, chunks } = arrival;
    try {
      const read = eventsIn(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), formOf(request.headers["content-type"])!);
      if (!read.ok) return void askAnew(arrival, () => refuse(request, response, draining(), read.answer));
      const takeOn = (proven: string | null, platformId: string): void =>
        intake.takeOn(proven, platformId, read.raws, (taken, error) => {
          if (taken) tell(arrival, taken);
          else if (error !== undefined) fail(arrival, error);
          else void askAnew(arrival, (asked) => takeOn(null, asked));
        });
      takeOn(ground, arrival.platformId);
    } catch (error) {
      fail(arrival, error);
    }
  };

  /** Bodies are read a turn later, all together: read at once, each among the network's work, they cost a third more of the processor. */
  let arrived: Arrival[] = [];
  const readAll = (): void => {
    const read = arrived;
    arrived = [];
    for (const arrival of read) {
      arrival.request.on("data", (chunk: Buffer) => arrival.chunks.push(chunk));
      arrival.request.on("end", () => take(arrival));
    }
  };

  return (request, response, draining, ordinarily) => {
    if (request.method !== "POST" || request.url !== eventsPath) return false;
    const { headers } = request;
    const length = Number(headers["content-length"]);
    if (!(length <= longestBody) || headers["content-encoding"] !== undefined || formOf(headers["content-type"]) === null) return false;
    const ground = table.ground();
    const known = ground === null ? null : keyring.peek(headers.authorization, deps.clock().toMillis());
    if (ground === null || !known?.actor.scopes.includes("event:write") || allowance.take(known.actor.id) > 0) return false;
    if (arrived.push({ request, response, draining, ordinarily, platformId: known.actor.platformId, ground, chunks: [] }) === 1) setImmediate(readAll);
    return true;
  };
};
