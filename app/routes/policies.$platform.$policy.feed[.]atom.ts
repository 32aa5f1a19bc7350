import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { noDownload } from "~/infra/http/download";
import { changeFeed } from "~/modules/policy/change-feed.server";
import { policyHead } from "~/modules/policy/public-versions.queries.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const head = await policyHead(deps.db, params.platform!, params.policy!, "en");
  if (!head) return noDownload("There is no such policy.");
  return cachedFile(request, await changeFeed(deps, { platformKey: head.platform.key, code: head.code, title: head.title }), "application/atom+xml; charset=utf-8");
}
