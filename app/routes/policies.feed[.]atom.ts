import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { localeOf } from "~/infra/http/locale";
import { changeFeed } from "~/modules/policy/change-feed.server";

export const loader = async ({ request, context }: LoaderFunctionArgs) => cachedFile(request, await changeFeed(context.deps, null, localeOf(request)), "application/atom+xml; charset=utf-8", "Accept-Language");
