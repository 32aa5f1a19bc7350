import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { createRequestHandler } from "@remix-run/express";
import type { ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type ErrorRequestHandler } from "express";
import { withDatabaseAwayPages } from "./database-away-pages";
import type { RequestContext } from "./load-context";
import { sendPlainPage } from "./plain-page";
import { documentHeaders, fillHeaders } from "./security-headers";

export type Pages = (request: IncomingMessage, response: ServerResponse, context: RequestContext) => void;

export interface PagesOptions {
  build: ServerBuild;
  /** The folder of the browser's files, `build/client`. */
  clientFolder: string;
  trustProxy: number;
}

/** Everything people look at: built files, and the Remix application for the rest. */
export function createPages({ build, clientFolder, trustProxy }: PagesOptions): Pages {
  const contexts = new WeakMap<IncomingMessage, RequestContext>();
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", trustProxy);
  app.set("etag", false);

  app.use(compression({ filter: (request, response) => !isEventStream(response) && compression.filter(request, response) }));
  app.use("/assets", express.static(join(clientFolder, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false, fallthrough: false }));
  // A `.ts` file passes for a video elsewhere; the only ones here are types for people to read.
  const setHeaders = (response: ServerResponse, path: string): void => void (path.endsWith(".ts") && response.setHeader("content-type", "text/plain; charset=utf-8"));
  app.use(express.static(clientFolder, { maxAge: "1h", index: false, redirect: false, setHeaders }));
  app.all(
    "*",
    createRequestHandler({
      build: withDatabaseAwayPages(build),
      mode: build.mode,
      getLoadContext: (request) => {
        const context = contexts.get(request);
        if (!context) throw new Error("A page was asked for without its context.");
        return context;
      },
    }),
  );

  const failed: ErrorRequestHandler = (error: { status?: number }, request, response, next) => {
    const context = contexts.get(request);
    const status = typeof error.status === "number" && error.status >= 400 && error.status < 500 ? error.status : 500;
    if (status === 500) context?.deps.log.error({ err: error, requestId: context.requestId }, "a page failed");
    if (response.headersSent) return next(error);
    if (status === 500) sendPlainPage(request, response, 500, "Something broke", `The error is on our side. Try again; if it stays, quote request ${context?.requestId ?? ""}.`);
    else sendPlainPage(request, response, status, status === 404 ? "Not found" : "Bad request", "There is nothing at this address.");
  };
  app.use(failed);

  return (request, response, context) => {
    contexts.set(request, context);
    fillHeaders(response, documentHeaders(context.cspNonce));
    app(request, response);
  };
}

const isEventStream = (response: ServerResponse): boolean => String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
