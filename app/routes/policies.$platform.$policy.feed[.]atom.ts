import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { noDownload } from "~/infra/http/download";
import { changeFeed } from "~/modules/policy/change-feed.server";
import { policyHead } from "~/modules/policy/public-versions.queries.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const locale = localeOf(request);
  const head = await policyHead(deps.db, params.platform!, params.policy!, locale);
  if (!head) return noDownload("There is no such policy.");
  return cachedFile(request, await changeFeed(deps, { platformKey: head.platform.key, code: head.code, title: head.title }, locale), "application/atom+xml; charset=utf-8", "Accept-Language");
}
