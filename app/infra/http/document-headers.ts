import type { HeadersFunction } from "@remix-run/node";

/** Headers of a document: never cached, and an error keeps how long to wait. For every route that has an ErrorBoundary. */
export const documentHeaders: HeadersFunction = ({ errorHeaders }) => {
  const retryAfter = errorHeaders?.get("Retry-After");
  return { "Cache-Control": "no-store", ...(retryAfter ? { "Retry-After": retryAfter } : {}) };
};
