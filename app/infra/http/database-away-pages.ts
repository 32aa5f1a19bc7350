import type { ActionFunctionArgs, LoaderFunctionArgs, ServerBuild } from "@remix-run/node";
import { databaseAwayRetrySeconds, databaseAwaySentence, isDatabaseAway } from "~/infra/database-away";

type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => unknown;

/** The pages, saying 503 with a sentence and when to come back where they would break for want of the database. */
export function withDatabaseAwayPages(build: ServerBuild): ServerBuild {
  const routes = Object.entries(build.routes).flatMap(([id, route]) => {
    if (!route) return [];
    const { loader, action } = route.module;
    const module = { ...route.module, ...(loader ? { loader: guarded(loader as Handler) } : {}), ...(action ? { action: guarded(action as Handler) } : {}) };
    return [[id, { ...route, module }]];
  });
  return { ...build, routes: Object.fromEntries(routes) as ServerBuild["routes"] };
}

function guarded(handler: Handler): Handler {
  return async (args) => {
    try {
      return await handler(args);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      args.context.deps.log.warn({ err: error, requestId: args.context.requestId }, "the database cannot be reached");
      throw Response.json({ sentence: databaseAwaySentence }, { status: 503, headers: { "retry-after": String(databaseAwayRetrySeconds) } });
    }
  };
}
