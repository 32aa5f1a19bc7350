import { createHash } from "node:crypto";
import { data, type HeadersFunction } from "@remix-run/node";
import { documentHeaders } from "./document-headers";
import { readPreferences } from "./preferences";

/** Whoever reads again within a minute gets what they have; after that the server is asked whether anything is new. */
const cacheControl = "public, max-age=60, must-revalidate";

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 27);

/**
 * What a page shows to everybody, with a tag that is another one as soon as anything of it is: the facts, the language, the reader's
 * theme. For pages without scripts only (`plainHandle`), whose bytes hold no nonce.
 */
export function cachedData<T>(request: Request, shown: T) {
  const { theme } = readPreferences(request.headers.get("Cookie"));
  return data(shown, { headers: { ETag: `W/"${digest(JSON.stringify([shown, theme]))}"`, Vary: "Cookie, Accept-Language" } });
}

/** The headers of such a page; those of an error are never kept. */
export const cachedDocumentHeaders: HeadersFunction = (given) => {
  const { loaderHeaders, errorHeaders } = given;
  const tag = loaderHeaders.get("ETag");
  if (errorHeaders || !tag) return documentHeaders(given);
  return { "Cache-Control": cacheControl, ETag: tag, Vary: loaderHeaders.get("Vary") ?? "" };
};

/** The tag of a whole document: what the loader says and the build that renders it. */
export const documentTag = (tag: string, build: string): string => `W/"${digest(`${tag} ${build}`)}"`;

export const matchesTag = (ifNoneMatch: string | null, tag: string): boolean =>
  ifNoneMatch !== null && ifNoneMatch.slice(0, 4_000).split(",").some((given) => given.trim() === "*" || given.trim().replace(/^W\//, "") === tag.replace(/^W\//, ""));

/** Data for machines and feed readers, kept and asked about like a page; any site may read it. `vary`: the headers it is written after. */
export function cachedFile(request: Request, body: string, mediaType: string, vary?: string): Response {
  const tag = `"${digest(body)}"`;
  const headers = { "Cache-Control": cacheControl, ETag: tag, ...(vary && { Vary: vary }), "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'" };
  if (matchesTag(request.headers.get("If-None-Match"), tag)) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "Content-Type": mediaType } });
}
