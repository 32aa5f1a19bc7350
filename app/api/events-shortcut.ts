import type { IncomingMessage, ServerResponse } from "node:http";
import { isDatabaseAway } from "~/infra/database-away";
import type { Deps } from "~/infra/deps.server";
import type { Shortcut } from "~/infra/http/http-server";
import { problem, type Answer } from "~/infra/http/problem";
import { send } from "~/infra/http/router";
import { requestIdFrom } from "~/infra/log.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";
import type { EventIntake, TakenEvents } from "~/modules/signals/event-intake.server";
import type { Allowance } from "./allowance";
import { eventsIn, formOf } from "./event-body";
import { busy, eventsPath, storeAway } from "./events.endpoint";
import type { Keyring } from "./keyring";
import { ascii, endWith, fixedHeaders } from "./prepared-answer";

/** Bytes; in longer bodies the events cost so much more than the router that there is nothing to gain. */
const longestBody = 64 * 1024;

const bodyOf = ({ accepted, duplicate, rejected }: TakenEvents): string =>
  rejected.length === 0 ? `{"accepted":${accepted},"duplicate":${duplicate},"rejected":[]}` : ascii(JSON.stringify({ accepted, duplicate, rejected }));

/** Calls back with all that was sent; never when the sender hangs up before. */
function readAll(request: IncomingMessage, then: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => then(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

/**
 * Message events that come one by one, or a few at once, without the router: of a key that is in memory, when memory is seen
 * to be current after the request came in, so that a revoked key is refused at once here too. Whatever else the request turns
 * out to be – a stranger, another scope, a packed or long body – goes the long way. Only refusals are logged.
 */
export const eventsShortcut = (deps: Pick<Deps, "log">, table: GateTable, keyring: Keyring, allowance: Allowance, intake: EventIntake): Shortcut => {
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

  const take = async (platformId: string, request: IncomingMessage, response: ServerResponse, draining: () => boolean, bytes: Buffer): Promise<void> => {
    try {
      const read = eventsIn(bytes, formOf(request.headers["content-type"])!);
      if (!read.ok) return refuse(request, response, draining(), read.answer);
      const taken = await intake.take(platformId, read.raws);
      if (taken.ok) accept(request, response, draining(), taken);
      else refuse(request, response, draining(), busy(taken));
    } catch (error) {
      if (isDatabaseAway(error)) refuse(request, response, draining(), storeAway());
      else refuse(request, response, draining(), problem("internal"), error);
    }
  };

  return (request, response, draining, ordinarily) => {
    if (request.method !== "POST" || request.url !== eventsPath) return false;
    const { headers } = request;
    const length = Number(headers["content-length"]);
    if (!(length <= longestBody) || headers["content-encoding"] !== undefined || formOf(headers["content-type"]) === null) return false;
    table.whenCurrent((asOf) => {
      const known = asOf === null ? null : keyring.peek(headers.authorization, asOf);
      if (!known?.actor.scopes.includes("event:write") || response.destroyed || allowance.take(known.actor.id) > 0) return ordinarily(request, response);
      readAll(request, (bytes) => void take(known.actor.platformId, request, response, draining, bytes));
    });
    return true;
  };
};
