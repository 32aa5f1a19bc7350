import type {} from "@remix-run/node";
import type { AppLoadContext } from "@remix-run/server-runtime";
import type { Deps } from "~/infra/deps.server";

declare module "@remix-run/server-runtime" {
  interface AppLoadContext {
    deps: Deps;
    /** Goes on every inline script of the document; the response's Content-Security-Policy names it. */
    cspNonce: string;
    /** Also in the `x-request-id` response header and in every log line about this request. */
    requestId: string;
    /** The peer's address, or the one a trusted proxy vouches for. */
    clientIp: string;
  }
}

declare module "@remix-run/node" {
  interface Future {
    v3_singleFetch: true;
  }
}

/** What the HTTP server hands to every Remix loader and action. */
export type RequestContext = Pick<AppLoadContext, "deps" | "cspNonce" | "requestId" | "clientIp">;
