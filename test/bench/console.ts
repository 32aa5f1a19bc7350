import type { AppLoadContext, LoaderFunctionArgs } from "@remix-run/node";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { sessionCookie } from "~/modules/access/session-cookie";
import { insertSession } from "~/modules/access/session.repo.server";

export interface Console {
  deps: Deps;
  /** Runs a route's own loader as a signed-in analyst would. */
  load: (loader: (args: LoaderFunctionArgs) => unknown, path: string, params?: Record<string, string>) => Promise<unknown>;
  close: () => Promise<void>;
}

/** The console's loaders in this process, on a given database, with an analyst signed in. */
export async function openConsole(url: string): Promise<Console> {
  const config = loadConfig({
    NODE_ENV: "test",
    DATABASE_URL: url,
    DATABASE_POOL: "4",
    SMTP_URL: "smtp://127.0.0.1:1",
    FIELD_KEYS: `demo-bench:${Buffer.alloc(32, "bench").toString("base64")}`,
    LOOKUP_KEY: "demo-lookup-key-of-the-benchmark-suite",
    DEMO: "1",
    LOG_LEVEL: "silent",
  });
  const deps = await buildDeps(config, "bench");
  const staffId = newId();
  const now = deps.clock();
  await deps.db.staff.create({
    data: { id: staffId, email: `${staffId}@console.example`, name: "Bench Analyst", roles: ["analyst"], demo: true, createdAt: now.toJSDate() },
  });
  const { token } = await insertSession(deps.db, deps.crypto, { staffId, verified: true, userAgent: null, now });
  const cookie = sessionCookie(token).split(";")[0]!;
  return {
    deps,
    load: async (loader, path, params = {}) => {
      const request = new Request(`http://localhost${path}`, { headers: { cookie } });
      const context = { deps, cspNonce: "", requestId: "bench", clientIp: "127.0.0.1" } as AppLoadContext;
      return loader({ request, params, context });
    },
    close: () => closeDeps(deps),
  };
}
