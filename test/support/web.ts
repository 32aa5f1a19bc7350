import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { openApi, type Api } from "~/api/endpoints";
import type { ApiLimits } from "~/api/caller";
import type { Deps } from "~/infra/deps.server";
import { startHttpServer, type HttpServerOptions } from "~/infra/http/http-server";

export interface Web {
  origin: string;
  port: number;
  api: Api;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(graceMs?: number): Promise<void>;
}

/** The real HTTP server on a free port, without pages unless they are given. */
export async function startWeb(deps: Deps, options: { limits?: ApiLimits; pages?: HttpServerOptions["pages"] } = {}): Promise<Web> {
  const api = openApi(deps, options.limits);
  const server = await startHttpServer({
    deps: { ...deps, config: { ...deps.config, host: "127.0.0.1", port: 0 } },
    endpoints: api.endpoints,
    shortcut: api.shortcut,
    pages: options.pages ?? null,
  });
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    origin,
    port: server.port,
    api,
    get: (path, headers = {}) => fetch(origin + path, { headers, redirect: "manual" }),
    post: (path, body, headers = {}) =>
      fetch(origin + path, { method: "POST", redirect: "manual", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) }),
    close: async (graceMs = 1_000) => {
      await Promise.all([server.close(graceMs), api.close()]);
    },
  };
}

/** A grace in milliseconds: whatever waits for its end is ended by the test's own limit. */
export const longerThanAnyTest = 600_000;

/** One request as written: `fetch` would mend the path, the host and the length. */
export function rawRequest(
  port: number,
  options: { method?: string; path: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((settle, fail) => {
    const request = httpRequest({ port, host: "127.0.0.1", agent: false, method: options.method ?? "GET", path: options.path, headers: options.headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => settle({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      response.on("error", fail);
    });
    request.on("error", fail);
    request.end(options.body);
  });
}
