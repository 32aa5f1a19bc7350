import { lookup as resolve, type LookupAddress } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { mayReach, urlRefusal } from "./outbound-address";

export type PostOutcome = { status: number; error: null; retryAfter: string | null } | { status: null; error: string; retryAfter: null };

type Resolve = (hostname: string, options: { all: true }, done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void) => void;

export interface OutboundPost {
  url: URL;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
  loopbackAllowed: boolean;
  resolve?: Resolve;
}

/**
 * Sends one POST to an address a stranger chose. The connection asks this lookup and goes to what it answers, so what
 * was checked is what is connected to: a name that resolves differently a moment later (DNS rebinding) wins nothing. A
 * name with any address that is not public is refused whole. Redirects are not followed. Of the answer only the status and
 * `Retry-After` are read.
 */
export function postOutbound({ url, headers, body, timeoutMs, loopbackAllowed, resolve: resolver = resolve as Resolve }: OutboundPost): Promise<PostOutcome> {
  const refusal = urlRefusal(url, loopbackAllowed);
  if (refusal) return Promise.resolve({ status: null, error: refusal, retryAfter: null });

  const guarded: LookupFunction = (hostname, options, done) => {
    resolver(hostname, { all: true }, (error, addresses) => {
      if (error) return done(error, "", 0);
      const wanted = addresses.filter(({ family }) => !options.family || options.family === family || options.family === `IPv${family}`);
      const [first] = wanted;
      if (!first || addresses.some(({ address }) => !mayReach(address, loopbackAllowed))) {
        return done(Object.assign(new Error("the name resolves to an address that is not public"), { code: "private_address" }), "", 0);
      }
      if (options.all) (done as unknown as (error: null, addresses: LookupAddress[]) => void)(null, wanted);
      else done(null, first.address, first.family);
    });
  };

  return new Promise((settle) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(
      url,
      { method: "POST", agent: false, lookup: guarded, signal: AbortSignal.timeout(timeoutMs), headers: { ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" } },
      (response) => {
        settle({ status: response.statusCode ?? 0, error: null, retryAfter: response.headers["retry-after"] ?? null });
        response.on("error", () => undefined);
        response.destroy();
      },
    );
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const timedOut = error.name === "AbortError" || error.name === "TimeoutError";
      settle({ status: null, error: timedOut ? "timeout" : (error.code ?? error.name), retryAfter: null });
    });
    // An answer that is none, such as a switch of protocols nobody asked for, ends the connection with neither answer nor error.
    outgoing.on("close", () => settle({ status: null, error: "no_answer", retryAfter: null }));
    outgoing.end(body);
  });
}
