import { anyone, defineEndpoint, type AnyEndpoint } from "~/infra/http/endpoint";
import { describeApi } from "./openapi";

/** What the API is, for programs that read it. */
export const openApiEndpoint = (endpoints: readonly AnyEndpoint[]) => {
  let described: object | null = null;
  return defineEndpoint({
    method: "GET",
    pattern: "/api/v1/openapi.json",
    admit: anyone,
    handle: async (_input, { deps }) => {
      described ??= describeApi(endpoints, deps.config.publicUrl);
      return { status: 200, headers: { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" }, body: described };
    },
  });
};
