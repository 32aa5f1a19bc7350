import type { AnyEndpoint } from "~/infra/http/endpoint";
import { createAdmission, defaultLimits, type ApiLimits } from "./caller";
import { accountEndpoint } from "./account.endpoint";
import { gateEndpoint } from "./gate.endpoint";
import { reportEndpoint } from "./report.endpoint";

/** Everything under `/api/v1`. The prefix `/webhooks` is kept for what platforms and mail providers will call. */
export function createApiEndpoints(limits: ApiLimits = defaultLimits): AnyEndpoint[] {
  const admit = createAdmission(limits);
  return [gateEndpoint(admit("gate:read")), accountEndpoint(admit("account:write")), reportEndpoint(admit("report:write"))];
}
