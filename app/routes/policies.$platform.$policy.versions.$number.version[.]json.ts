import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { noDownload } from "~/infra/http/download";
import { versionJson } from "~/modules/policy/policy-json.server";
import { numberOf } from "~/modules/policy/public-versions.queries.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const number = numberOf(params.number);
  const version = number === null ? null : await versionJson(context.deps, params.platform!, params.policy!, number);
  return version ? cachedFile(request, JSON.stringify(version), "application/json; charset=utf-8") : noDownload("There is no such version.");
}
