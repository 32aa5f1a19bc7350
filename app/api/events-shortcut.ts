import type { IncomingMessage, ServerResponse } from "node:http";
import { millisOf } from "~/infra/clock";
import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { problem, type Answer } from "~/infra/http/problem";
import { send } from "~/infra/http/router";
import { requestIdFrom } from "~/infra/log.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { EventIntake, Taken, TakenEvents } from "~/modules/signals/event-intake.server";
import type { Allowance } from "./allowance";
import { eventsIn, formOf, type Form } from "./event-body";
import { busy, eventsPath, storeAway } from "./events.endpoint";
import type { Keyring } from "./keyring";
import { ascii, endWith, endWithHead, fixedHeaders, headOf } from "./prepared-answer";

/** Bytes; in longer bodies the events cost so much more than the router that there is nothing to gain. */
const longestBody = 64 * 1024;

const bodyOf = ({ accepted, duplicate, rejected }: TakenEvents): string =>
  rejected.length === 0 ? `{"accepted":${accepted},"duplicate":${duplicate},"rejected":[]}` : ascii(JSON.stringify({ accepted, duplicate, rejected }));

const headersWith = (length: number): string[] => [...fixedHeaders, "content-type", "application/json", "content-length", String(length)];

/** Heads of answers in which nothing is rejected, by the length of the body: some two dozen. */
const heads = new Map<number, string>();
function headFor(length: number): string {
  let head = heads.get(length);
  if (head === undefined) heads.set(length, (head = headOf(headersWith(length), "202 Accepted")));
  return head;
}

/** What decides about the way of a request. Where a header comes twice the first counts, as Node has it. */
interface Told {
  authorization: string | undefined;
  type: string | undefined;
  length: string | undefined;
  packed: boolean;
  keyed: boolean;
  requestId: string | undefined;
}

/** Read without sorting all headers into an object. */
function toldBy({ rawHeaders }: IncomingMessage): Told {
  const told: Told = { authorization: undefined, type: undefined, length: undefined, packed: false, keyed: false, requestId: undefined };
  for (let n = 0; n < rawHeaders.length; n += 2) {
    const { length } = rawHeaders[n]!;
    if (length < 12 || length > 16) continue;
    const value = rawHeaders[n + 1];
    switch (rawHeaders[n]!.toLowerCase()) {
      case "authorization":
        told.authorization ??= value;
        break;
      case "content-type":
        told.type ??= value;
        break;
      case "content-length":
        told.length ??= value;
        break;
      case "content-encoding":
        told.packed = true;
        break;
      case "idempotency-key":
        told.keyed = true;
        break;
      case "x-request-id":
        told.requestId ??= value;
    }
  }
  return told;
}

/** A request whose sender is known. */
interface Arrival {
  request: IncomingMessage;
  response: ServerResponse;
  draining: () => boolean;
  ordinarily: Parameters<Shortcut>[3];
  platformId: string;
  /** The gate's number at which its key was in memory. */
  ground: string;
  form: Form;
  requestId: string | undefined;
}

/**
 * Message events that come one by one, or a few at once, without the router: of a key that is in memory. The insert itself proves
 * that nothing has changed since what memory holds, so that a revoked key stores nothing here either; when something has, the key
 * is asked about anew. Whatever else the request turns out to be – a stranger, another scope, a packed or long body, one with an Idempotency-Key – goes the
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

  const accept = ({ response, draining, requestId }: Arrival, taken: TakenEvents): void => {
    if (response.destroyed) return;
    const body = bodyOf(taken);
    const last = draining();
    if (requestId === undefined && !last && response.shouldKeepAlive && taken.rejected.length === 0) {
      response.statusCode = 202;
      return endWithHead(response, headFor(body.length), body);
    }
    const headers = headersWith(body.length);
    if (requestId !== undefined) headers.push("x-request-id", requestIdFrom(requestId));
    if (last) headers.push("connection", "close");
    response.writeHead(202, headers);
    endWith(response, body);
  };

  const fail = ({ request, response, draining }: Arrival, error: unknown): void => {
    if (isDatabaseAway(error)) refuse(request, response, draining(), storeAway());
    else refuse(request, response, draining(), problem("internal"), error);
  };

  const tell = (arrival: Arrival, taken: Taken): void => {
    const { request, response, draining } = arrival;
    if (taken.ok) accept(arrival, taken);
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

  const takeOn = (arrival: Arrival, proven: string | null, platformId: string, raws: readonly unknown[]): void =>
    intake.takeOn(proven, platformId, raws, (taken, error) => {
      if (taken) tell(arrival, taken);
      else if (error !== undefined) fail(arrival, error);
      else void askAnew(arrival, (asked) => takeOn(arrival, null, asked, raws));
    });

  const take = (arrival: Arrival, body: Buffer): void => {
    try {
      const read = eventsIn(body, arrival.form);
      if (read.ok) takeOn(arrival, arrival.ground, arrival.platformId, read.raws);
      else void askAnew(arrival, () => refuse(arrival.request, arrival.response, arrival.draining(), read.answer));
    } catch (error) {
      fail(arrival, error);
    }
  };

  const collect = (arrival: Arrival): void => {
    const chunks: Buffer[] = [];
    arrival.request.on("data", (chunk: Buffer) => chunks.push(chunk));
    arrival.request.on("end", () => take(arrival, Buffer.concat(chunks)));
  };

  /**
   * Bodies are read a turn later, all together: read at once, each among the network's work, they cost a third more of the processor. One that
   * is there by then, as short ones are that came with their head, is taken as it is; listening for its pieces and its end costs as much as the rest of reading it.
   */
  let arrived: Arrival[] = [];
  const readAll = (): void => {
    const read = arrived;
    arrived = [];
    for (const arrival of read) {
      const body = arrival.request.complete ? (arrival.request.read() as Buffer | null) : null;
      if (body) take(arrival, body);
      else collect(arrival);
    }
  };

  return (request, response, draining, ordinarily) => {
    if (request.method !== "POST" || request.url !== eventsPath) return false;
    const told = toldBy(request);
    const form = formOf(told.type);
    if (!(Number(told.length) <= longestBody) || told.packed || told.keyed || form === null) return false;
    const ground = table.ground();
    const known = ground === null ? null : keyring.peek(told.authorization, millisOf(deps.clock));
    if (ground === null || !known?.actor.scopes.includes("event:write") || allowance.take(known.actor.id) > 0) return false;
    if (arrived.push({ request, response, draining, ordinarily, platformId: known.actor.platformId, ground, form, requestId: told.requestId }) === 1) setImmediate(readAll);
    return true;
  };
};
