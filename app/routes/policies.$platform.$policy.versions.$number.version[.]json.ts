import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { noDownload } from "~/infra/http/download";
import { versionJson } from "~/modules/policy/policy-json.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const version = await versionJson(context.deps, params);
  return version ? cachedFile(request, JSON.stringify(version), "application/json; charset=utf-8") : noDownload("There is no such version.");
}
