import type { AnyEndpoint } from "~/infra/http/endpoint";

/** Everything under `/api/v1`. The prefix `/webhooks` is kept for what platforms and mail providers will call. */
export const apiEndpoints: readonly AnyEndpoint[] = [];
