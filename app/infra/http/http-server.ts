import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Deps } from "~/infra/deps.server";
import { requestIdFrom } from "~/infra/log.server";
import { clientIpOf } from "./client-ip";
import type { AnyEndpoint } from "./endpoint";
import { healthEndpoints } from "./health.endpoint";
import { refusalOfPageRequest } from "./page-guards";
import type { Pages } from "./pages";
import { sendPlainPage } from "./plain-page";
import { problem } from "./problem";
import { createReadinessProbe } from "./readiness.server";
import { createRouter, send, serveEndpoint } from "./router";
import { newNonce } from "./security-headers";
import { testClockEndpoint } from "./test-clock.endpoint";

export interface HttpServerOptions {
  deps: Deps;
  /** What the lean router serves beside health and clock. */
  endpoints: readonly AnyEndpoint[];
  pages: PageServing | null;
  /** Looks at a request before everything else. */
  shortcut?: Shortcut;
  patience?: Patience;
}

/**
 * For what is asked so often that routing and logging it would cost more than the answer. False when the request is
 * none of those. One that was taken is answered, or handed to `ordinarily`; it throws nothing.
 */
export type Shortcut = (request: IncomingMessage, response: ServerResponse, draining: () => boolean, ordinarily: (request: IncomingMessage, response: ServerResponse) => void) => boolean;

/** Milliseconds a caller may take before the connection is closed, so that slow ones cannot hold them all. */
export interface Patience {
  headers: number;
  /** The whole request; ten files over a slow line need minutes. */
  request: number;
  /** How often it is looked after. */
  check: number;
}

/** Milliseconds a connection that asks nothing is kept. */
export const keepAliveTimeout = 65_000;

const defaultPatience: Patience = { headers: 15_000, request: 300_000, check: 5_000 };

export interface PageServing {
  serve: Pages;
  patternOf(pathname: string): string;
  /** Beginnings of the paths whose forms take files; bodies elsewhere are held in memory and must be small. */
  uploads: readonly string[];
}

export interface HttpServer {
  port: number;
  /** Stops accepting, lets requests in flight end within `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** Prefixes that never reach the pages: a wrong address under them is answered as data. */
const leanPrefixes = ["/api/", "/webhooks/", "/test/", "/healthz", "/readyz"];

/** All that a browser's links and forms send; Remix would fail on some of the others. */
const pageMethods = ["GET", "HEAD", "POST"];

/** Asked so often that their successes would hide the rest of the log. */
const quietRoutes = new Set(["/healthz", "/readyz", "/assets/*"]);

export async function startHttpServer({ deps, endpoints, pages, shortcut, patience = defaultPatience }: HttpServerOptions): Promise<HttpServer> {
  const { config, log } = deps;
  let draining = false;
  const open = new Set<ServerResponse>();
  const probe = createReadinessProbe(deps);
  const router = createRouter([
    ...healthEndpoints(probe, () => draining),
    ...(config.testClock && !config.production ? [testClockEndpoint] : []),
    ...endpoints,
  ]);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = requestIdFrom(request.headers["x-request-id"]);
    response.setHeader("x-request-id", requestId);
    if (draining) response.setHeader("connection", "close");
    if (config.trustProxy === 0) forgetHearsay(request);

    const startedAt = performance.now();
    let route = "unmatched";
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      if (draining) setImmediate(() => server.closeIdleConnections());
      const line = { requestId, method: request.method, route, status: response.writableFinished ? response.statusCode : 499, ms: Math.round(performance.now() - startedAt) };
      if (quietRoutes.has(route) && response.statusCode < 400) log.debug(line, "request");
      else log.info(line, "request");
    });

    const target = targetOf(request);
    if (!target) return send(request, response, problem("bad_request", { detail: "The address of this request could not be read." }));

    const clientIp = clientIpOf(request.socket.remoteAddress, request.headers["x-forwarded-for"], config.trustProxy);
    if (!pages || leanPrefixes.some((prefix) => target.pathname.startsWith(prefix))) {
      await serveEndpoint(router, { deps, request, requestId, clientIp }, target, response, (pattern) => (route = pattern));
      return;
    }
    if (!isPageAddress(target)) return sendPlainPage(request, response, 400, "This address cannot be read", "There is no such page. Open the link again as it was sent to you.");
    if (!pageMethods.includes(request.method ?? "")) {
      response.setHeader("allow", pageMethods.join(", "));
      return sendPlainPage(request, response, 405, "Not allowed", "This address cannot be asked in this way. Open it in a browser instead.");
    }
    const takesFiles = pages.uploads.some((beginning) => target.pathname.startsWith(beginning));
    const refusal = refusalOfPageRequest(request, config.publicUrl, takesFiles);
    if (refusal) return sendPlainPage(request, response, refusal.status, refusal.title, refusal.sentence);
    route = target.pathname.startsWith("/assets/") ? "/assets/*" : pages.patternOf(target.pathname);
    pages.serve(request, response, { deps, cspNonce: newNonce(), requestId, clientIp });
  };

  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: patience.headers,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.check,
    keepAliveTimeout,
  });
  server.maxHeadersCount = 100;
  const isDraining = (): boolean => draining;
  const ordinarily = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      log.error({ err: error }, "a request failed outside of its handler");
      if (response.headersSent) response.destroy();
      else send(request, response, problem("internal"));
    });
  };
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (draining || !shortcut?.(request, response, isDraining, ordinarily)) ordinarily(request, response);
  });
  await listen(server, config.port, config.host);

  return {
    port: (server.address() as AddressInfo).port,
    close: async (graceMs) => {
      draining = true;
      const closed = new Promise<void>((settle) => server.close(() => settle()));
      server.closeIdleConnections();
      for (const response of open) {
        if (isEventStream(response)) response.destroy();
        else if (!response.headersSent) response.setHeader("connection", "close");
      }
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
      probe.close();
    },
  };
}

/** With no proxy to vouch for them, these headers are whatever the caller likes to claim. */
function forgetHearsay(request: IncomingMessage): void {
  for (const name of ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"]) delete request.headers[name];
}

/** Only the path and query of the request line count; an absolute target, or one no one can decode, is refused. */
function targetOf(request: IncomingMessage): URL | null {
  const target = request.url ?? "";
  if (!target.startsWith("/") || target.startsWith("//") || target.includes("\\")) return null;
  try {
    const url = new URL(target, "http://host");
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return null;
  }
}

/**
 * No page has an empty segment, which a router may read as a host; nor the query by which older pages asked for their
 * data, which the page handler reports as a bug of ours; nor a NUL, which PostgreSQL takes in no text. Endpoints parse
 * what they are sent and name the part that is wrong.
 */
const isPageAddress = (url: URL): boolean => !url.pathname.includes("//") && !url.searchParams.has("_data") && !/%00/.test(url.pathname + url.search);

const isEventStream = (response: ServerResponse): boolean => String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((settle, fail) => {
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      settle();
    });
  });
}
