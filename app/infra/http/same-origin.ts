/**
 * The one defence against cross-site request forgery besides `SameSite=Lax`, applied by the HTTP server to every request
 * before any route sees it.
 *
 * A request that may change something must come from a page of this site. Browsers say so themselves:
 * `Sec-Fetch-Site` where the connection is trustworthy, `Origin` always on POST. A request that says neither comes from no
 * browser of this decade; it is let through only without a cookie, since then it carries nobody's authority.
 *
 * Not for `/api/v1`, which takes keys and no cookies.
 *
 * @param own origins this site is reached under: the configured public one and the one of the request's Host
 */
export function isForged(
  request: { method: string; header: (name: string) => string | null | undefined },
  own: readonly string[],
): boolean {
  if (["GET", "HEAD", "OPTIONS"].includes(request.method.toUpperCase())) return false;
  const site = request.header("sec-fetch-site");
  if (site) return site !== "same-origin" && site !== "none";
  const origin = request.header("origin");
  if (origin) return !own.includes(origin);
  return Boolean(request.header("cookie"));
}
