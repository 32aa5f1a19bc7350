/**
 * The session cookie. `__Host-` makes the browser insist on Secure, on Path=/ and on no Domain, so that no sister site
 * and no plain-text page can plant one. It ends with the browser session; the database ends it sooner.
 */
export const sessionCookieName = "__Host-session";

const attributes = "Path=/; HttpOnly; Secure; SameSite=Lax";

export const sessionCookie = (token: string): string => `${sessionCookieName}=${token}; ${attributes}`;

/** What a step of signing in sets: the session, and once it is complete the browser that is known from then on. */
export function cookiesOf({ token, device }: { token: string; device: string | null }): Headers {
  const headers = new Headers({ "Set-Cookie": sessionCookie(token) });
  if (device) headers.append("Set-Cookie", device);
  return headers;
}

export const clearedSessionCookie = `${sessionCookieName}=; ${attributes}; Max-Age=0`;

/** The token in a Cookie header, or null. */
export function sessionTokenIn(header: string | null | undefined): string | null {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === sessionCookieName) return pair.slice(at + 1).trim() || null;
  }
  return null;
}
