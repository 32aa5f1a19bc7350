import type { LoaderFunctionArgs } from "@remix-run/node";
import { cachedFile } from "~/infra/http/cached-document.server";
import { noDownload } from "~/infra/http/download";
import { policyJson } from "~/modules/policy/policy-json.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const policy = await policyJson(context.deps, params);
  return policy ? cachedFile(request, JSON.stringify(policy), "application/json; charset=utf-8") : noDownload("There is no such policy.");
}
